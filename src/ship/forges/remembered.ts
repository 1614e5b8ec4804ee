/** What a proposal's text remembers of how it came to be; signed by nobody, for whoever may edit it may push to the branch too. */
export interface Remembered {
  readonly plan: string;
  /** The commit that the branch was made on. */
  readonly base: string;
  /** The branch's newest commit, as fettle left it. */
  readonly head: string;
  /** Closed by fettle, since nothing was left to change. */
  readonly closed: boolean;
}

const PATTERN =
  /<!-- fettle-proposal plan=([0-9a-f]{32}) base=([0-9a-f]{40,64}) head=([0-9a-f]{40,64})( closed)? -->\s*$/;

/** More than what is remembered ever takes. */
export const MOST_REMEMBERED = 300;

/** A text with what is remembered as its last line, which Markdown does not show. */
export function withRemembered(text: string, { plan, base, head, closed }: Remembered): string {
  const line = `<!-- fettle-proposal plan=${plan} base=${base} head=${head}${closed ? ' closed' : ''} -->`;
  return `${withoutRemembered(text).trimEnd()}\n\n${line}\n`;
}

export function withoutRemembered(text: string): string {
  return text.replace(PATTERN, '');
}

/** Null: the text remembers nothing, or somebody took it out. */
export function rememberedIn(text: string): Remembered | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const [, plan, base, head, closed] = match;
  return { plan: plan!, base: base!, head: head!, closed: closed !== undefined };
}
