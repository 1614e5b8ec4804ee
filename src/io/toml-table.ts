import type { AST } from 'toml-eslint-parser';
import { parseToml } from './parse-toml.ts';

/** A TOML table as a Map: hostile keys such as `__proto__` are only keys (the parser's own plain objects are not safe). */
export type TomlTable = ReadonlyMap<string, unknown>;

/** The document as nested Maps, arrays and scalars, or null where it is not TOML, or nested too deeply to be read. */
export function readTomlTable(text: string): TomlTable | null {
  try {
    return tomlTable(parseToml(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

/** What keeps a text from being TOML, and where; null where nothing does. */
export function tomlProblem(text: string): { readonly message: string; readonly offset: number } | null {
  try {
    parseToml(text);
    return null;
  } catch (error) {
    if (error instanceof RangeError) return { message: 'it is nested too deeply', offset: 0 };
    if (!(error instanceof SyntaxError)) throw error;
    const offset = 'index' in error && typeof error.index === 'number' ? error.index : 0;
    return { message: error.message, offset: Math.min(offset, text.length) };
  }
}

/** A document that was parsed already, as `readTomlTable` gives it. */
export function tomlTable(program: AST.TOMLProgram): TomlTable {
  const root = new Map<string, unknown>();
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') assign(root, keyNames(node.key), node.value);
    else {
      const table = tableAt(root, node.resolvedKey);
      for (const pair of node.body) assign(table, keyNames(pair.key), pair.value);
    }
  }
  return root;
}

/** The value at a path of keys, or undefined. */
export function tomlAt(table: unknown, ...path: readonly string[]): unknown {
  let value: unknown = table;
  for (const key of path) {
    if (!(value instanceof Map)) return undefined;
    value = (value as TomlTable).get(key);
  }
  return value;
}

/** The string at a path, or null. */
export function tomlString(table: unknown, ...path: readonly string[]): string | null {
  const value = tomlAt(table, ...path);
  return typeof value === 'string' ? value : null;
}

/** The strings of an array of strings, or null where it is anything else. */
export function tomlStrings(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}

function assign(table: Map<string, unknown>, names: readonly string[], value: AST.TOMLContentNode): void {
  tableAt(table, names.slice(0, -1)).set(names.at(-1)!, valueOf(value));
}

/** The table at a path of names and array positions, made where it is not there yet. */
function tableAt(root: Map<string, unknown>, path: readonly (string | number)[]): Map<string, unknown> {
  let here: Map<string, unknown> | unknown[] = root;
  for (const [at, step] of path.entries()) {
    const next: unknown = here instanceof Map ? here.get(String(step)) : here[Number(step)];
    if (next instanceof Map || Array.isArray(next)) {
      here = next as Map<string, unknown> | unknown[];
      continue;
    }
    const made: Map<string, unknown> | unknown[] =
      typeof path[at + 1] === 'number' ? [] : new Map<string, unknown>();
    if (here instanceof Map) here.set(String(step), made);
    else here[Number(step)] = made;
    here = made;
  }
  if (!(here instanceof Map)) throw new SyntaxError('a table is expected where an array stands');
  return here;
}

function valueOf(node: AST.TOMLContentNode): unknown {
  if (node.type === 'TOMLValue') return node.value;
  if (node.type === 'TOMLArray') return node.elements.map(valueOf);
  const table = new Map<string, unknown>();
  for (const pair of node.body) assign(table, keyNames(pair.key), pair.value);
  return table;
}

function keyNames(key: AST.TOMLKey): readonly string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}
