import type { Placed, PlacedTable } from '../placed/placed.ts';
import { scanToml } from '../placed/scan-toml.ts';
import type { LocatedEntry, LocatedTable, LocatedValue, Place } from './located-toml.ts';

/** What is nested deeper is not looked at. */
export const DEEPEST = 40;
const HEADER_KEY = /"[^"]*"|'[^']*'|[\w-]+/g;
const BEFORE_VALUE = /[ \t]*=[ \t]*$/;
/** A key that may be written with escapes, so that its length in the file is another. */
const ESCAPED_KEY = /["\\]/;
const LONGEST_BEFORE = 200;

const IRREGULAR = new Error('a key whose place is not plain');

/**
 * A document of the regular subset that `scanToml` reads, with the places of its keys. Null for every other: the full parser, some thirty
 * times slower, then has the word. What is read here, it reads the same; a date is null.
 */
export function locateRegular(text: string): LocatedTable | null {
  const root = scanToml(text);
  if (root === null) return null;
  try {
    return new RegularToml(text).table(root, { start: 0, end: 0 }, 0);
  } catch (thrown) {
    if (thrown === IRREGULAR) return null;
    throw thrown;
  }
}

class RegularToml {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** `depth`: how many keys lead to the table in headers; `nested`: in how many values it stands. */
  table(table: PlacedTable, place: Place, depth: number, nested = 0): LocatedTable {
    const entries = new Map<string, LocatedEntry>();
    for (const [key, placed] of table) entries.set(key, this.#entry(key, placed, depth + 1, nested));
    return { kind: 'table', entries, place };
  }

  #entry(key: string, placed: Placed, depth: number, nested: number): LocatedEntry {
    if (ESCAPED_KEY.test(key)) throw IRREGULAR;
    const headed = this.#headed(placed);
    if (headed.length === 0) {
      const at = this.#keyBefore(placed.start, key);
      const whole = { start: at.start, end: placed.end };
      return { value: this.#value(placed, nested), key: at, whole };
    }
    const [first] = headed;
    const at = this.#headerKeys(first!)[depth - 1]!;
    const whole = { start: first!.start, end: this.#endOf(headed) };
    if (headed[0] === placed) return { value: this.table(tableOf(placed), at, depth), key: at, whole };
    const items = headed.map((item) => {
      const keys = this.#headerKeys(item);
      return this.table(tableOf(item), { start: keys[0]!.start, end: keys.at(-1)!.end }, depth);
    });
    return { value: { kind: 'array', items, place: items.at(-1)!.place }, key: at, whole };
  }

  #value(placed: Placed, nested: number): LocatedValue {
    const { value, start, end } = placed;
    const place = { start, end };
    if (typeof value === 'string') return { kind: 'string', value, place };
    if (typeof value !== 'object' || value === null || nested > DEEPEST)
      return { kind: 'other', value: typeof value === 'object' ? null : value, place };
    if (isTable(placed)) return this.table(tableOf(placed), place, 0, nested + 1);
    return {
      kind: 'array',
      items: (value as readonly Placed[]).map((item) => this.#value(item, nested + 1)),
      place,
    };
  }

  /** The tables that headers made: the value itself, or the items of an array of tables. */
  #headed(placed: Placed): readonly Placed[] {
    const { value } = placed;
    if (this.#text[placed.start] !== '[' || typeof value !== 'object' || value === null) return [];
    if (isTable(placed)) return [placed];
    const [first] = value as readonly Placed[];
    return first !== undefined && isTable(first) && this.#text[first.start] === '['
      ? (value as readonly Placed[])
      : [];
  }

  /** Where what the header of the first of these tables begins ends: with its own lines, or with those of a table within one of them. */
  #endOf(headed: readonly Placed[]): number {
    let end = headed[0]!.end;
    for (const placed of headed)
      for (const inner of tableOf(placed).values()) {
        const within = this.#headed(inner);
        if (within.length > 0) for (const one of within) end = Math.max(end, this.#endOf([one]));
        else if (placed === headed[0]) end = Math.max(end, inner.end);
      }
    return end;
  }

  #keyBefore(value: number, key: string): Place {
    const from = Math.max(0, value - LONGEST_BEFORE);
    const found = BEFORE_VALUE.exec(this.#text.slice(from, value));
    if (found === null || found.index === 0) throw IRREGULAR;
    const end = from + found.index;
    const quotes = /["']/.test(this.#text[end - 1]!) ? 2 : 0;
    return { start: end - key.length - quotes, end };
  }

  #headerKeys({ start, end }: Placed): readonly Place[] {
    const keys = this.#text.slice(start, end).matchAll(HEADER_KEY);
    return Array.from(keys, ({ 0: key, index }) => ({
      start: start + index,
      end: start + index + key.length,
    }));
  }
}

function isTable(placed: Placed): boolean {
  return placed.value instanceof Map;
}

function tableOf(placed: Placed): PlacedTable {
  return placed.value as PlacedTable;
}
