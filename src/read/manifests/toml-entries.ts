import type { AST } from 'toml-eslint-parser';

/** What a key of a TOML document leads to: one value, or a table however it is written. */
export type TomlEntry = TomlValueEntry | TomlTableEntry;

interface TomlKeyEntry {
  readonly name: string;
  /** From the key (or its table's header) to the end of what belongs to it. */
  readonly start: number;
  readonly end: number;
}

export interface TomlValueEntry extends TomlKeyEntry {
  readonly kind: 'value';
  readonly node: AST.TOMLValue | AST.TOMLArray;
}

export interface TomlTableEntry extends TomlKeyEntry {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, TomlEntry>;
}

interface OpenTable extends TomlKeyEntry {
  readonly kind: 'table';
  readonly entries: Map<string, TomlEntry>;
  start: number;
  end: number;
}

/**
 * The tables of a document with the places of all keys, whether headers, dotted keys or inline tables lead to them.
 * Arrays of tables (`[[source]]`) are left out: `tomlTable` reads them.
 */
export function tomlEntries(program: AST.TOMLProgram): ReadonlyMap<string, TomlEntry> {
  const root = opened('', 0, 0);
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') put(root, node);
    else if (node.kind === 'standard') {
      const table = tableAt(root, namesOf(node.key), node.range);
      for (const pair of node.body) put(table, pair);
    }
  }
  return root.entries;
}

function put(table: OpenTable, pair: AST.TOMLKeyValue): void {
  const names = namesOf(pair.key);
  const name = names.at(-1)!;
  const [start, end] = pair.range;
  const holder = tableAt(table, names.slice(0, -1), pair.range);
  if (pair.value.type !== 'TOMLInlineTable') {
    holder.entries.set(name, { kind: 'value', name, start, end, node: pair.value });
    return;
  }
  const inline = opened(name, start, end);
  for (const inner of pair.value.body) put(inline, inner);
  holder.entries.set(name, inline);
}

/** The table at a path of names, made where it is not there; it reaches over every place that adds to it. */
function tableAt(from: OpenTable, names: readonly string[], [start, end]: AST.Range): OpenTable {
  let here = from;
  for (const name of names) {
    const next = here.entries.get(name);
    const table = next?.kind === 'table' ? (next as OpenTable) : opened(name, start, end);
    table.start = Math.min(table.start, start);
    table.end = Math.max(table.end, end);
    if (table !== next) here.entries.set(name, table);
    here = table;
  }
  return here;
}

function opened(name: string, start: number, end: number): OpenTable {
  return { kind: 'table', name, start, end, entries: new Map() };
}

function namesOf(key: AST.TOMLKey): readonly string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

/** The string that an entry has for its value, or null. */
export function entryString(entry: TomlEntry | undefined): AST.TOMLStringValue | null {
  return entry?.kind === 'value' && entry.node.type === 'TOMLValue' && entry.node.kind === 'string'
    ? entry.node
    : null;
}
