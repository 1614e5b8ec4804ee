import { parseTOML } from 'toml-eslint-parser';
import type { AST } from 'toml-eslint-parser';
import type { Unreadable } from '../../../domain/project.ts';
import { mergeConflict } from '../merge-conflict.ts';
import type { SourceText } from '../source-text.ts';
import { DEEPEST, locateRegular } from './regular-toml.ts';

/** Offsets in the file. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A TOML document in which every value knows where it stands. Tables are Maps: hostile keys are only keys. */
export type LocatedValue = LocatedTable | LocatedArray | LocatedString | LocatedOther;

export interface LocatedTable {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
  /** The braces of an inline table, or the key that makes it. */
  readonly place: Place;
}

export interface LocatedArray {
  readonly kind: 'array';
  readonly items: readonly LocatedValue[];
  readonly place: Place;
}

export interface LocatedString {
  readonly kind: 'string';
  readonly value: string;
  /** With its quotes. */
  readonly place: Place;
}

/** A number, a boolean or a date; or what is nested too deeply to be looked at. */
export interface LocatedOther {
  readonly kind: 'other';
  readonly value: unknown;
  readonly place: Place;
}

export interface LocatedEntry {
  readonly value: LocatedValue;
  readonly key: Place;
  /** From the key, or the header that makes it, to the end of the value. */
  readonly whole: Place;
}

interface MutableTable extends LocatedTable {
  readonly entries: Map<string, MutableEntry>;
}

interface MutableEntry {
  value: LocatedValue;
  readonly key: Place;
  whole: Place;
}

/** The document, or what is wrong with it, at its place. */
export function locateToml(source: SourceText): LocatedTable | Unreadable {
  try {
    return locateRegular(source.text) ?? locateParsed(source.text);
  } catch (cause) {
    if (cause instanceof RangeError)
      return { message: 'not read: it is nested too deeply', hint: null, at: source.place(0, 0) };
    if (!(cause instanceof SyntaxError)) throw cause;
    return mergeConflict(source) ?? notToml(source, cause);
  }
}

/** The document by the full parser. */
export function locateParsed(text: string): LocatedTable {
  return documentOf(parseTOML(text.replace(/^\uFEFF/, ' ')));
}

function notToml(source: SourceText, cause: SyntaxError): Unreadable {
  const offset = 'index' in cause && typeof cause.index === 'number' ? cause.index : 0;
  const start = Math.min(offset, source.text.length);
  return { message: `not valid TOML: ${cause.message}`, hint: null, at: source.place(start, start + 1) };
}

function documentOf(program: AST.TOMLProgram): LocatedTable {
  const root = newTable({ start: 0, end: 0 });
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') assign(root, node, 0);
    else {
      const table = tableOf(root, node);
      for (const pair of node.body) assign(table, pair, 0);
    }
  }
  return root;
}

function newTable(place: Place): MutableTable {
  return { kind: 'table', entries: new Map(), place };
}

/** The table that a header speaks of: the last one of an array of tables. */
function tableOf(root: MutableTable, node: AST.TOMLTable): MutableTable {
  const { keys } = node.key;
  const parent = descend(root, keys.slice(0, -1), node);
  const last = keys.at(-1)!;
  if (node.kind !== 'array') return descend(parent, [last], node);
  const table = newTable(placeOf(node.key));
  const known = parent.entries.get(nameOf(last));
  const items = known?.value.kind === 'array' ? known.value.items : [];
  const value: LocatedArray = { kind: 'array', items: [...items, table], place: table.place };
  if (known) known.value = value;
  else parent.entries.set(nameOf(last), { value, key: placeOf(last), whole: placeOf(node) });
  return table;
}

type KeyPart = AST.TOMLKey['keys'][number];

function descend(from: MutableTable, keys: readonly KeyPart[], maker: AST.TOMLNode): MutableTable {
  let here = from;
  for (const part of keys) {
    const known = here.entries.get(nameOf(part));
    const value = known?.value.kind === 'array' ? known.value.items.at(-1) : known?.value;
    if (known && value?.kind === 'table') {
      const { whole } = known;
      known.whole = { start: whole.start, end: Math.max(whole.end, maker.range[1]) };
      here = value as MutableTable;
      continue;
    }
    if (known) throw new SyntaxError('a table is expected where another value stands');
    const made = newTable(placeOf(part));
    here.entries.set(nameOf(part), { value: made, key: placeOf(part), whole: placeOf(maker) });
    here = made;
  }
  return here;
}

function assign(table: MutableTable, pair: AST.TOMLKeyValue, depth: number): void {
  const { keys } = pair.key;
  const last = keys.at(-1)!;
  descend(table, keys.slice(0, -1), pair).entries.set(nameOf(last), {
    value: valueOf(pair.value, depth),
    key: placeOf(last),
    whole: { start: last.range[0], end: pair.value.range[1] },
  });
}

function valueOf(node: AST.TOMLContentNode, depth: number): LocatedValue {
  const place = placeOf(node);
  if (node.type === 'TOMLValue')
    return node.kind === 'string'
      ? { kind: 'string', value: node.value, place }
      : { kind: 'other', value: node.value, place };
  if (depth > DEEPEST) return { kind: 'other', value: null, place };
  if (node.type === 'TOMLArray')
    return { kind: 'array', items: node.elements.map((item) => valueOf(item, depth + 1)), place };
  const table = newTable(place);
  for (const pair of node.body) assign(table, pair, depth + 1);
  return table;
}

function placeOf({ range: [start, end] }: { readonly range: readonly [number, number] }): Place {
  return { start, end };
}

function nameOf(part: KeyPart): string {
  return part.type === 'TOMLBare' ? part.name : part.value;
}
