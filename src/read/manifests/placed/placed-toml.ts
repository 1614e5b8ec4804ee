import { parseToml } from '../../../io/parse-toml.ts';
import type { AST } from 'toml-eslint-parser';
import type { Unreadable } from '../../../domain/project.ts';
import type { SourceText } from '../source-text.ts';
import { DEEPEST } from './placed.ts';
import type { Placed, PlacedTable } from './placed.ts';
import { scanToml } from './scan-toml.ts';

type Table = Map<string, Placed>;

/** A document with places, and what of it could not be read. */
export interface PlacedDocument {
  readonly root: PlacedTable;
  readonly unreadable: readonly Unreadable[];
}

/** Longer texts that are not of the regular form are not given to the slow parser. */
const LONGEST_IRREGULAR = 4_000_000;
const MOST_PROBLEMS = 20;

/**
 * A lock in TOML. Where the whole is no TOML, its tables are read one by one, and each that cannot be read is said
 * with its place.
 */
export function readPlacedToml(source: SourceText): PlacedDocument {
  const { text } = source;
  const scanned = scanToml(text);
  if (scanned !== null) return { root: scanned, unreadable: [] };
  const parsed = parsePlacedToml(text);
  return parsed instanceof Map ? { root: parsed, unreadable: [] } : byParts(source);
}

export interface TomlProblem {
  readonly message: string;
  readonly offset: number;
}

/** The document by the full parser, or what is wrong with it. */
export function parsePlacedToml(text: string): Table | TomlProblem {
  if (text.length > LONGEST_IRREGULAR)
    return {
      message: `more than ${LONGEST_IRREGULAR} characters in a form that no lock tool writes`,
      offset: 0,
    };
  try {
    const program = parseToml(text.replace(/^\uFEFF/, ' '));
    const key = tooLongKeyAt(program);
    if (key === null) return documentOf(program);
    return { message: `nested more than ${DEEPEST} levels deep`, offset: key };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const offset = 'index' in cause && typeof cause.index === 'number' ? cause.index : 0;
    return { message: `not valid TOML: ${cause.message}`, offset: Math.min(offset, text.length) };
  }
}

/** Where more tables and arrays stand in one another than that: each part of a dotted key opens one. */
function tooLongKeyAt(program: AST.TOMLProgram): number | null {
  for (const node of program.body[0].body) {
    const isTable = node.type === 'TOMLTable';
    const above = isTable ? node.resolvedKey.filter((part) => typeof part === 'string').length : 0;
    const below = isTable ? mostOf(node.body, levelsOfPair) : levelsOfPair(node);
    if (above + below > DEEPEST) return node.range[0];
  }
  return null;
}

function levelsOfPair({ key, value }: AST.TOMLKeyValue): number {
  return key.keys.length - 1 + levelsOf(value);
}

function levelsOf(value: AST.TOMLContentNode): number {
  if (value.type === 'TOMLArray') return 1 + mostOf(value.elements, levelsOf);
  return value.type === 'TOMLInlineTable' ? 1 + mostOf(value.body, levelsOfPair) : 0;
}

function mostOf<T>(items: readonly T[], levels: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, levels(item)), 0);
}

function byParts(source: SourceText): PlacedDocument {
  const root: Table = new Map();
  const unreadable: Unreadable[] = [];
  let left = 0;
  for (const [start, end] of partsOf(source.text)) {
    const part = source.text.slice(start, end);
    const read = scanToml(part) ?? parsePlacedToml(part);
    const problem = read instanceof Map ? addPart(root, read, start) : read;
    if (problem === null) continue;
    if (unreadable.length >= MOST_PROBLEMS) left++;
    else unreadable.push(told(source, part, start, problem));
  }
  const last = unreadable.at(-1);
  if (left > 0 && last)
    unreadable.push({ message: `and ${left} more places that are not valid TOML`, hint: null, at: last.at });
  return { root, unreadable };
}

/** From one header of a top-level table to the next; the tables within it belong to it. */
function partsOf(text: string): readonly (readonly [number, number])[] {
  const starts = [0];
  for (const match of text.matchAll(/^\[\[?[ \t]*[\w-]+[ \t]*\]/gm))
    if (match.index > 0) starts.push(match.index);
  return starts.map((start, n) => [start, starts[n + 1] ?? text.length] as const);
}

/** Adds what one part holds; a problem where it is there already. */
function addPart(root: Table, part: Table, offset: number): TomlProblem | null {
  for (const [key, placed] of part) {
    const known = root.get(key);
    const moved = shifted(placed, offset);
    if (known === undefined) root.set(key, moved);
    else if (Array.isArray(known.value) && Array.isArray(moved.value))
      (known.value as Placed[]).push(...(moved.value as readonly Placed[]));
    else return { message: `not valid TOML: ${key} stands here a second time`, offset: placed.start };
  }
  return null;
}

function shifted(placed: Placed, by: number): Placed {
  const { value } = placed;
  const moved = Array.isArray(value)
    ? (value as readonly Placed[]).map((item) => shifted(item, by))
    : value instanceof Map
      ? new Map([...(value as PlacedTable)].map(([key, item]) => [key, shifted(item, by)]))
      : value;
  return { value: moved, start: placed.start + by, end: placed.end + by };
}

function told(source: SourceText, part: string, start: number, problem: TomlProblem): Unreadable {
  const conflict = /^(?:<{7}|={7}|>{7})(?=[ \r\n]|$)/m.exec(part);
  if (conflict !== null) {
    const from = start + conflict.index;
    return {
      message: 'a merge conflict is left in the file',
      hint: 'resolve it, or have the tool write its lock again',
      at: source.place(from, from + conflict[0].length),
    };
  }
  const from = Math.min(start + problem.offset, source.text.length);
  return {
    message: problem.message,
    hint: null,
    at: source.place(from, Math.min(from + 1, source.text.length)),
  };
}

function documentOf(program: AST.TOMLProgram): Table {
  const root: Table = new Map();
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') assign(root, node);
    else {
      const table = tableAt(root, node.resolvedKey, node.range[0], node.key.range[1]);
      for (const pair of node.body) assign(table, pair);
    }
  }
  return root;
}

/** The table at a path of names and array positions, made where it is not there yet; the parser has checked the path. */
function tableAt(root: Table, path: readonly (string | number)[], start: number, keyEnd: number): Table {
  let here: Table | Placed[] = root;
  const isArray = typeof path.at(-1) === 'number';
  const end = keyEnd + (isArray ? 2 : 1);
  for (const [at, step] of path.entries()) {
    const known: Placed | undefined = here instanceof Map ? here.get(String(step)) : here[Number(step)];
    if (known !== undefined) {
      here = known.value as Table | Placed[];
      continue;
    }
    const made: Table | Placed[] = typeof path[at + 1] === 'number' ? [] : new Map<string, Placed>();
    const placed: Placed = { value: made, start, end };
    if (here instanceof Map) here.set(String(step), placed);
    else here[Number(step)] = placed;
    here = made;
  }
  return here as Table;
}

function assign(table: Table, pair: AST.TOMLKeyValue): void {
  const keys = pair.key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
  const [start, end] = pair.key.range;
  tableAt(table, keys.slice(0, -1), start, end).set(keys.at(-1)!, placedOf(pair.value));
}

function placedOf(node: AST.TOMLContentNode): Placed {
  const [start, end] = node.range;
  if (node.type === 'TOMLArray') return { value: node.elements.map(placedOf), start, end };
  if (node.type === 'TOMLInlineTable') {
    const table: Table = new Map();
    for (const pair of node.body) assign(table, pair);
    return { value: table, start, end };
  }
  return { value: scalarOf(node), start, end };
}

function scalarOf(node: AST.TOMLValue): string | number | boolean | null {
  if (node.kind === 'string' || node.kind === 'boolean') return node.value;
  if (node.kind === 'integer' && /^[+-]?\d{1,15}$/.test(node.number)) return Number(node.number) + 0;
  return null;
}
