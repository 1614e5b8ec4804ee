/** What a variable holds at a place of a Dockerfile; undefined where it is not known. */
export type Lookup = (name: string) => string | undefined;

/** One reference to a variable within a text. `fallback` is `${X:-…}`'s. */
export interface VariableReference {
  readonly name: string;
  readonly fallback: string | null;
  /** After the reference. */
  readonly end: number;
}

/** The reference that starts with the dollar sign at `at`, or null where none does. */
export function variableAt(text: string, at: number): VariableReference | null {
  const rest = text.slice(at, at + 500);
  const match = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^{}]*)|:?\+[^{}]*)?\})/.exec(rest);
  if (!match) return null;
  return { name: match[1] ?? match[2]!, fallback: match[3] ?? null, end: at + match[0].length };
}

/** Characters that variables of one text stand for: variables that hold one another come to any length. */
export const MOST_EXPANDED = 16 * 1024;

/** The text with its variables expanded; null where one of them is not known, or where they come to too much. */
export function expandVariables(text: string, lookup: Lookup): string | null {
  let result = '';
  let expanded = 0;
  for (let at = 0; at < text.length;) {
    const reference = text[at] === '$' ? variableAt(text, at) : null;
    if (!reference) {
      result += text[at++];
      continue;
    }
    const value = valueOf(reference, lookup);
    if (value === undefined || (expanded += value.length) > MOST_EXPANDED) return null;
    result += value;
    at = reference.end;
  }
  return result;
}

/** A set variable's value, else its fallback; undefined where neither is known. */
export function valueOf(reference: VariableReference, lookup: Lookup): string | undefined {
  const value = lookup(reference.name);
  return value === undefined || value === '' ? (reference.fallback ?? value) : value;
}
