/** A stretch of words: from `start` up to, not including, `end`, in characters of its text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Words of a document without markup, spaces as one, and where in the document each character stands. */
export interface Words {
  readonly text: string;
  /** The offset in the document of each character. */
  readonly at: readonly number[];
  /** What was set as code, as strong, as emphasis or as a link. */
  readonly marked: readonly Span[];
}

export const NO_WORDS: Words = { text: '', at: [], marked: [] };

/** A part of some words, without spaces around it. */
export function part(words: Words, from: number, to: number): Words {
  let [start, end] = [Math.max(from, 0), Math.min(to, words.text.length)];
  while (start < end && words.text[start] === ' ') start += 1;
  while (end > start && words.text[end - 1] === ' ') end -= 1;
  return {
    text: words.text.slice(start, end),
    at: words.at.slice(start, end),
    marked: words.marked
      .filter((span) => span.start < end && span.end > start)
      .map((span) => ({ start: Math.max(span.start, start) - start, end: Math.min(span.end, end) - start })),
  };
}

/** Whether the whole stretch was marked. */
export function isMarked({ marked }: Words, { start, end }: Span): boolean {
  return marked.some((span) => span.start <= start && end <= span.end);
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ndash: '–', mdash: '—', rarr: '→' },
};
/** The longest entity that is looked at. */
const ENTITY = 12;

/** Collects characters with their places; runs of white space become one space. */
export class WordsBuilder {
  readonly #characters: string[] = [];
  readonly #at: number[] = [];
  readonly #marked: Span[] = [];
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  get length(): number {
    return this.#characters.length;
  }

  /** One character of the document, or a space in the place of something that is left out. */
  push(character: string, offset: number): void {
    const space = /\s/.test(character);
    if (space && (this.#characters.length === 0 || this.#characters.at(-1) === ' ')) return;
    this.#characters.push(space ? ' ' : character);
    this.#at.push(offset);
  }

  /**
   * A text that stands in the document from `start` to `end`, where it may have escapes, entities and the indentation of its lines
   * between its characters.
   */
  addText(text: string, start: number, end: number): void {
    let offset = start;
    for (const character of splitUnits(text)) {
      while (offset < end && !this.#isAt(character, offset)) offset += 1;
      this.push(character, Math.min(offset, end));
      offset = Math.min(offset + this.#length(character, offset), end);
    }
  }

  /** Raw text of the document; entities are read. */
  addRaw(start: number, end: number): void {
    for (let offset = start; offset < end;) {
      const entity = this.#source[offset] === '&' ? entityAt(this.#source, offset) : null;
      this.push(entity?.character ?? this.#source[offset]!, offset);
      offset += entity?.length ?? 1;
    }
  }

  mark(start: number): void {
    if (start < this.length) this.#marked.push({ start, end: this.length });
  }

  build(): Words {
    const all = { text: this.#characters.join(''), at: this.#at, marked: this.#marked };
    return part(all, 0, all.text.length);
  }

  #isAt(character: string, offset: number): boolean {
    const here = this.#source[offset];
    if (here === character) return true;
    return here === '&' && entityAt(this.#source, offset)?.character === character;
  }

  #length(character: string, offset: number): number {
    return this.#source[offset] === character ? 1 : (entityAt(this.#source, offset)?.length ?? 1);
  }
}

function splitUnits(text: string): readonly string[] {
  return text.split('');
}

/** The character that an entity stands for (HTML, "Character references"; the few that documents have). */
export function entityAt(
  source: string,
  offset: number,
): { readonly character: string; readonly length: number } | null {
  const found = /^&(?:#(\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|([a-zA-Z]{2,8}));/.exec(
    source.slice(offset, offset + ENTITY),
  );
  if (found === null) return null;
  const code = found[1] === undefined ? parseInt(found[2] ?? '', 16) : Number(found[1]);
  const character = found[3] === undefined ? codePoint(code) : ENTITIES[found[3]];
  return character === undefined ? null : { character, length: found[0].length };
}

/** Beyond the first plane a character would be two units: those are no letters that anything here reads. */
function codePoint(code: number): string {
  return code > 0x1f && code < 0xd800 ? String.fromCharCode(code) : ' ';
}
