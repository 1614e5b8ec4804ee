import type { Unreadable } from '../../../domain/project.ts';
import type { SourceText } from '../source-text.ts';
import { notValid } from './not-valid.ts';
import type { Wrong } from './not-valid.ts';
import { DEEPEST } from './placed.ts';
import type { Placed, PlacedTable } from './placed.ts';
import type { PlacedDocument } from './placed-toml.ts';
import { TextCursor } from './text-cursor.ts';

const BLANKS = /[ \t\r\n]*/y;
/** RFC 8259, section 7. Control characters stand in no text. */
const TEXT = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

const MOST_PROBLEMS = 20;

/**
 * JSON (RFC 8259) with places. Where it ends too early or goes wrong, what stands before is read. Of a key that stands
 * twice the last value counts, as Python's `json` has it, and it is said.
 */
export function readPlacedJson(source: SourceText): PlacedDocument {
  const reading = new JsonReading(source.text);
  const root = reading.document();
  const conflict = /^(?:<{7}|={7}|>{7})(?=[ \r\n]|$)/m.exec(source.text);
  const unreadable: Unreadable[] = reading.duplicates.slice(0, MOST_PROBLEMS).map(({ key, start, end }) => ({
    message: `${JSON.stringify(key)} stands twice in one object; the last one counts`,
    hint: null,
    at: source.place(start, end),
  }));
  const { wrong } = reading;
  if (wrong !== null && conflict !== null)
    unreadable.push({
      message: 'a merge conflict is left in the file',
      hint: 'resolve it, or have the tool write its lock again',
      at: source.place(conflict.index, conflict.index + conflict[0].length),
    });
  else if (wrong !== null) unreadable.push(notValid('JSON', wrong, source));
  return { root, unreadable };
}

class JsonReading extends TextCursor {
  readonly duplicates: { readonly key: string; readonly start: number; readonly end: number }[] = [];
  wrong: Wrong | null = null;

  document(): PlacedTable {
    this.#blanks();
    const root = new Map<string, Placed>();
    if (this.text[this.at] !== '{') this.#fail('an object in braces');
    else {
      this.at++;
      this.#members(root, 0);
      this.#blanks();
      if (this.wrong === null && this.at < this.text.length) this.#fail('the end of the file');
    }
    return root;
  }

  /** The members of an object behind its brace. What is read so far is in `table`, whatever comes. */
  #members(table: Map<string, Placed>, depth: number): void {
    this.#blanks();
    if (this.taken('}')) return;
    do {
      this.#blanks();
      const start = this.at;
      const key = this.#string();
      if (key === null) return this.#fail('a key in quotes');
      if (table.has(key)) this.duplicates.push({ key, start, end: this.at });
      this.#blanks();
      if (!this.taken(':')) return this.#fail('":"');
      this.#blanks();
      const value = this.#value(depth + 1);
      if (value !== null) table.set(key, value);
      if (this.wrong !== null) return;
      this.#blanks();
    } while (this.taken(','));
    if (!this.taken('}')) this.#fail('"," or "}"');
  }

  #items(items: Placed[], depth: number): void {
    this.#blanks();
    if (this.taken(']')) return;
    do {
      this.#blanks();
      const value = this.#value(depth + 1);
      if (value !== null) items.push(value);
      if (this.wrong !== null) return;
      this.#blanks();
    } while (this.taken(','));
    if (!this.taken(']')) this.#fail('"," or "]"');
  }

  #value(depth: number): Placed | null {
    const start = this.at;
    const first = this.text[start];
    if (depth > DEEPEST) return (this.#fail(`an object of at most ${DEEPEST} levels`), null);
    if (first === '{' || first === '[') {
      this.at++;
      const value = first === '{' ? new Map<string, Placed>() : ([] as Placed[]);
      if (value instanceof Map) this.#members(value, depth);
      else this.#items(value, depth);
      return { value, start, end: this.at };
    }
    const text = this.#string();
    if (text !== null) return { value: text, start, end: this.at };
    const word = this.matched(WORD);
    if (word !== null) return { value: word === 'null' ? null : word === 'true', start, end: this.at };
    const number = this.matched(NUMBER);
    if (number === null) return (this.#fail('a value'), null);
    return { value: /^-?\d{1,15}$/.test(number) ? Number(number) : null, start, end: this.at };
  }

  #string(): string | null {
    const written = this.matched(TEXT);
    if (written === null) return null;
    return written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1);
  }

  #blanks(): void {
    this.matched(BLANKS);
  }

  #fail(expected: string): void {
    this.wrong ??= { expected, offset: this.at };
  }
}
