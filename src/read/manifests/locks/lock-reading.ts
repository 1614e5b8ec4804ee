import type { Condition } from '../../../domain/dependency.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { Unreadable } from '../../../domain/project.ts';
import type { SourceSpan } from '../../../domain/source-span.ts';
import type { Version } from '../../../domain/version.ts';
import type { Rules } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { placedList, placedTable, placedText } from '../placed/placed.ts';
import type { Placed, PlacedTable } from '../placed/placed.ts';

/** More problems than this are counted, not told one by one. */
const MOST_PROBLEMS = 100;

/** A lock that is being read: turns its texts into the ecosystem's values and notes what is none, with its place. */
export class LockReading {
  readonly source: SourceText;
  readonly rules: Rules;
  readonly #unreadable: Unreadable[];
  #more = 0;

  constructor(source: SourceText, rules: Rules, unreadable: readonly Unreadable[]) {
    this.source = source;
    this.rules = rules;
    this.#unreadable = [...unreadable];
  }

  get unreadable(): readonly Unreadable[] {
    const last = this.#unreadable.at(-1);
    if (this.#more === 0 || last === undefined) return this.#unreadable;
    return [...this.#unreadable, { message: `and ${this.#more} more such places`, hint: null, at: last.at }];
  }

  problem(
    message: string,
    at: { readonly start: number; readonly end: number },
    hint: string | null = null,
  ): null {
    if (this.#unreadable.length >= MOST_PROBLEMS) this.#more++;
    else this.#unreadable.push({ message, hint, at: this.source.place(at.start, at.end) });
    return null;
  }

  /** A key that every such lock has; without it the file is empty, cut short, or something else. */
  needs(placed: Placed | undefined, key: string): void {
    if (placed === undefined && this.#unreadable.length === 0)
      this.problem(`no whole lock: it has no ${key}`, { start: 0, end: 0 }, 'have its tool write it again');
  }

  /** What should be a text; said where it is something else, and where it is missing though `within` needs it. */
  text(placed: Placed | undefined, what: string, within: Placed | null): string | null {
    if (placed === undefined) return within && this.problem(`this entry has no ${what}`, within);
    return placedText(placed) ?? this.problem(`the ${what} is expected to be a text`, placed);
  }

  name(placed: Placed | undefined, what: string, within: Placed | null): PackageName | null {
    const text = this.text(placed, what, within);
    return text === null ? null : this.nameOf(text, placed!);
  }

  nameOf(text: string, at: { readonly start: number; readonly end: number }): PackageName | null {
    const name = this.rules.name(text);
    return typeof name === 'object' ? this.problem(name.message, at) : name;
  }

  versionOf(text: string, at: { readonly start: number; readonly end: number }): Version | null {
    const version = this.rules.parseVersion(text);
    return 'kind' in version ? this.problem(version.message, at) : version;
  }

  /** A condition by its text. One that cannot be read is said and left out: the entry then counts everywhere. */
  conditionOf(text: string, at: { readonly start: number; readonly end: number }): Condition | null {
    if (text === '') return null;
    const parsed = this.rules.parseDependency(`x ; ${text}`);
    return 'kind' in parsed
      ? this.problem(`this marker was not understood: ${parsed.message}`, at)
      : parsed.condition;
  }

  condition(placed: Placed | undefined): Condition | null {
    const text = placed === undefined ? null : this.text(placed, 'marker', null);
    return text === null ? null : this.conditionOf(text, placed!);
  }

  /** Where a text stands, without its quotes and without the first `skip` characters. */
  spanWithin(placed: Placed, skip = 0): SourceSpan {
    return this.source.span(placed.start + 1 + skip, placed.end - 1);
  }

  /** The tables of an array of tables; what is no table is said. */
  tables(placed: Placed | undefined, what: string): readonly (readonly [PlacedTable, Placed])[] {
    if (placed === undefined) return [];
    const list = placedList(placed);
    if (list === null) return this.problem(`${what} is expected to be an array of tables`, placed) ?? [];
    const tables: (readonly [PlacedTable, Placed])[] = [];
    for (const item of list) {
      const table = placedTable(item);
      if (table === null) this.problem(`a table is expected in ${what}`, item);
      else tables.push([table, item]);
    }
    return tables;
  }
}

/** "sha256:…" of the `hash` of each file in a list of tables. */
export function hashesOf(files: Placed | undefined): readonly string[] {
  const hashes: string[] = [];
  for (const file of placedList(files) ?? []) {
    const hash = placedText(placedTable(file)?.get('hash'));
    if (hash !== null) hashes.push(hash);
  }
  return hashes;
}

/** A URL without user, password, query and fragment. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z+.-]{1,30}:\/\/)[^/?#]*@/i, '$1').replace(/[?#].*$/s, '');
}

/** One condition that holds where any of them does; null where one is missing. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions[0]! : conditions.map((text) => `(${text})`).join(' or ');
}
