import { DEEPEST } from './placed.ts';
import type { Placed, PlacedTable, PlacedValue } from './placed.ts';
import { TextCursor } from './text-cursor.ts';

type Table = Map<string, Placed>;

/**
 * What is to be done with each table of an array of tables at the top of a document, as soon as it is whole: it is then let go, so that a
 * lock of ten thousand packages never stands in memory as a tree. Where the text turns out not to be regular, some were handed on before.
 */
export interface EachTable {
  readonly key: string;
  take(table: PlacedTable, placed: Placed): void;
}

const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const COMMA = 44;
const EQUALS = 61;
const OPEN = 91;
const CLOSE = 93;
const OPEN_TABLE = 123;
const CLOSE_TABLE = 125;

/** What nearly all pairs are: a bare key and a text in quotes with nothing to unescape. */
const PLAIN_PAIR = /([A-Za-z0-9_-]+)[ \t]*=[ \t]*"([^"\\\n]*)"(?!")/y;
/** A text up to its quote, with quotes and backslashes in it escaped. */
const ESCAPED = /(?:[^"\\\n]|\\["\\])*"/y;
const INTEGER = /[+-]?(?:0|[1-9]\d{0,14})(?![\w.:+-])/y;
const BOOLEAN = /(?:true|false)(?![\w.-])/y;
const DATE_TIME =
  /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?(?![\w.:+-])/y;
/** Control characters that TOML does not allow. */
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const LONE_RETURN = /\r(?!\n)/;

/** What is not of the regular subset. */
const IRREGULAR = new Error('not of the regular subset');

/**
 * Reads the regular subset of TOML that lock tools write, in one pass: tables and arrays of tables, bare and quoted
 * keys without dots, texts on one line with escaped quotes at most, integers, booleans, dates. Null for everything else, valid or
 * not: the full parser, some thirty times slower, then has the word. What is read here, it reads the same. Tables that `each` takes are
 * not in what is given back.
 */
export function scanToml(text: string, each: EachTable | null = null): Table | null {
  if (FORBIDDEN.test(text) || (text.includes('\r') && LONE_RETURN.test(text))) return null;
  try {
    return new TomlScan(text, each).document();
  } catch (thrown) {
    if (thrown === IRREGULAR) return null;
    throw thrown;
  }
}

function isBare(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 45 ||
    code === 95
  );
}

function indexOrEnd(text: string, what: string, from: number): number {
  const index = text.indexOf(what, from);
  return index === -1 ? text.length : index;
}

class TomlScan extends TextCursor {
  /** The next line end and the next backslash, where `at` is not past them. */
  #lineFeed = -1;
  #backslash = -1;
  /** How many tables the present one stands in, with itself; the root is none. */
  #depth = 0;
  readonly #root: Table = new Map();
  readonly #each: EachTable | null;

  constructor(text: string, each: EachTable | null) {
    super(text);
    this.#each = each;
  }

  document(): Table {
    let table = this.#root;
    for (this.#blankLines(); this.at < this.text.length; this.#blankLines()) {
      if (this.text.charCodeAt(this.at) === OPEN) table = this.#header();
      else this.#pair(table, this.#depth);
      this.#lineEnd();
    }
    this.#handOnLast();
    return this.#root;
  }

  #header(): Table {
    const start = this.at++;
    const isArray = this.text.charCodeAt(this.at) === OPEN;
    if (isArray) this.at++;
    const keys: string[] = [];
    for (;;) {
      this.#blanks();
      keys.push(this.#key());
      this.#blanks();
      if (this.text[this.at] !== '.') break;
      this.at++;
    }
    this.#take(CLOSE);
    if (isArray) this.#take(CLOSE);
    this.#depth = keys.length;
    if (keys.length > DEEPEST) throw IRREGULAR;
    let parent = this.#root;
    for (const key of keys.slice(0, -1)) parent = this.#within(parent, key, start);
    return this.#added(parent, keys.at(-1)!, isArray, start);
  }

  /** The table that a header's inner key names: of an array its last. */
  #within(parent: Table, key: string, start: number): Table {
    const known = parent.get(key);
    if (known === undefined) return this.#added(parent, key, false, start);
    if (!this.#isHeaded(known)) throw IRREGULAR;
    const table = Array.isArray(known.value) ? (known.value.at(-1) as Placed).value : known.value;
    return table as Table;
  }

  #added(parent: Table, key: string, isArray: boolean, start: number): Table {
    const made: Table = new Map();
    const placed: Placed = { value: made, start, end: this.at };
    const known = parent.get(key);
    if (!isArray) {
      if (known !== undefined) throw IRREGULAR;
      parent.set(key, placed);
    } else if (known === undefined) {
      parent.set(key, { value: [placed], start, end: this.at });
    } else {
      if (!Array.isArray(known.value) || !this.#isHeaded(known)) throw IRREGULAR;
      const list = known.value as Placed[];
      if (parent === this.#root && key === this.#each?.key) this.#handOn(list);
      list.push(placed);
    }
    return made;
  }

  /** Whether headers made a table or an array of tables, so that later ones may add to it: what is inline begins with a brace. */
  #isHeaded(placed: Placed): boolean {
    const table = Array.isArray(placed.value) ? (placed.value as readonly Placed[])[0] : placed;
    return table?.value instanceof Map && this.text.charCodeAt(table.start) === OPEN;
  }

  #handOn(list: Placed[]): void {
    for (const placed of list.splice(0)) this.#each!.take(placed.value as Table, placed);
  }

  #handOnLast(): void {
    const tables = this.#each === null ? undefined : this.#root.get(this.#each.key);
    if (tables === undefined || !Array.isArray(tables.value) || !this.#isHeaded(tables)) return;
    this.#handOn(tables.value as Placed[]);
    this.#root.delete(this.#each!.key);
  }

  #pair(table: Table, depth: number): void {
    PLAIN_PAIR.lastIndex = this.at;
    const plain = PLAIN_PAIR.exec(this.text);
    if (plain === null) return this.#anyPair(table, depth);
    const [whole, key, value] = plain as unknown as readonly [string, string, string];
    if (table.has(key)) throw IRREGULAR;
    this.at += whole.length;
    table.set(key, { value, start: this.at - value.length - '""'.length, end: this.at });
  }

  #anyPair(table: Table, depth: number): void {
    const key = this.#key();
    this.#blanks();
    this.#take(EQUALS);
    this.#blanks();
    if (table.has(key)) throw IRREGULAR;
    table.set(key, this.#value(depth));
  }

  #key(): string {
    const text = this.text;
    const start = this.at;
    const first = text.charCodeAt(start);
    if (first === QUOTE || first === APOSTROPHE) return this.#quoted(first);
    let at = start;
    while (isBare(text.charCodeAt(at))) at++;
    if (at === start) throw IRREGULAR;
    this.at = at;
    return text.slice(start, at);
  }

  #value(depth: number): Placed {
    const start = this.at;
    const value = this.#scalar() ?? this.#nested(depth);
    return { value: value === DATE ? null : value, start, end: this.at };
  }

  #scalar(): string | number | boolean | typeof DATE | null {
    const code = this.text.charCodeAt(this.at);
    if (code === QUOTE || code === APOSTROPHE) return this.#quoted(code);
    if (code === OPEN || code === OPEN_TABLE) return null;
    const integer = this.matched(INTEGER);
    if (integer !== null) return Number(integer) + 0;
    const boolean = this.matched(BOOLEAN);
    if (boolean !== null) return boolean === 'true';
    this.#match(DATE_TIME);
    return DATE;
  }

  #nested(depth: number): PlacedValue {
    if (depth >= DEEPEST) throw IRREGULAR;
    return this.text.charCodeAt(this.at++) === OPEN ? this.#list(depth) : this.#inlineTable(depth);
  }

  #list(depth: number): readonly Placed[] {
    const items: Placed[] = [];
    for (;;) {
      this.#blankLines();
      if (this.text.charCodeAt(this.at) === CLOSE) break;
      items.push(this.#value(depth + 1));
      this.#blankLines();
      if (this.text.charCodeAt(this.at) !== COMMA) break;
      this.at++;
    }
    this.#take(CLOSE);
    return items;
  }

  #inlineTable(depth: number): Table {
    const table: Table = new Map();
    this.#blanks();
    if (this.text.charCodeAt(this.at) === CLOSE_TABLE) {
      this.at++;
      return table;
    }
    for (;;) {
      this.#blanks();
      this.#pair(table, depth + 1);
      this.#blanks();
      if (this.text.charCodeAt(this.at) !== COMMA) break;
      this.at++;
    }
    this.#take(CLOSE_TABLE);
    return table;
  }

  /** A text on one line between its quotes. Multi-line texts, and escapes but for quote and backslash, are irregular. */
  #quoted(quote: number): string {
    const text = this.text;
    const start = this.at + 1;
    const end = text.indexOf(quote === QUOTE ? '"' : "'", start);
    if (end === -1 || end > this.#nextLineFeed()) throw IRREGULAR;
    if (end === start && text.charCodeAt(start + 1) === quote) throw IRREGULAR;
    if (quote === QUOTE && this.#nextBackslash() < end) return this.#escaped(start);
    this.at = end + 1;
    return text.slice(start, end);
  }

  #escaped(start: number): string {
    ESCAPED.lastIndex = start;
    const found = ESCAPED.exec(this.text)?.[0];
    if (found === undefined) throw IRREGULAR;
    this.at = start + found.length;
    return found.slice(0, -1).replace(/\\(["\\])/g, '$1');
  }

  #nextLineFeed(): number {
    if (this.#lineFeed < this.at) this.#lineFeed = indexOrEnd(this.text, '\n', this.at);
    return this.#lineFeed;
  }

  #nextBackslash(): number {
    if (this.#backslash < this.at) this.#backslash = indexOrEnd(this.text, '\\', this.at);
    return this.#backslash;
  }

  #blanks(): void {
    const text = this.text;
    let at = this.at;
    for (let code = text.charCodeAt(at); code === SPACE || code === TAB; code = text.charCodeAt(++at));
    this.at = at;
  }

  /** Blanks, line ends and comments. */
  #blankLines(): void {
    for (;;) {
      this.#blanks();
      const code = this.text.charCodeAt(this.at);
      if (code === LINE_FEED || code === RETURN) this.at++;
      else if (code === HASH) this.#comment();
      else return;
    }
  }

  #comment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end === -1 ? this.text.length : end;
  }

  #lineEnd(): void {
    this.#blanks();
    if (this.text.charCodeAt(this.at) === HASH) this.#comment();
    if (this.text.charCodeAt(this.at) === RETURN) this.at++;
    if (this.at < this.text.length) this.#take(LINE_FEED);
  }

  #take(code: number): void {
    if (this.text.charCodeAt(this.at) !== code) throw IRREGULAR;
    this.at++;
  }

  #match(pattern: RegExp): string {
    const found = this.matched(pattern);
    if (found === null) throw IRREGULAR;
    return found;
  }
}

const DATE = Symbol('date');
