import type { TomlTable } from '../../io/toml-table.ts';

/** What of a valibot schema is looked at here. */
export interface TableSchema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly wrapped?: unknown;
  readonly item?: unknown;
  readonly value?: unknown;
}

/** A key that a table must not have. */
export interface UnknownKey {
  readonly path: readonly string[];
  readonly known: readonly string[];
}

/**
 * TOML's Maps as the plain objects that the schema's objects take; where the schema has a map they stay Maps. Keys that the schema does
 * not know are told, for a misspelt one would be a rule that nobody keeps.
 */
export function plainTables(
  value: unknown,
  schema: TableSchema,
  path: readonly string[],
): { readonly value: unknown; readonly unknown: UnknownKey | null } {
  const unknown: UnknownKey[] = [];
  return { value: plain(value, schema, path, unknown), unknown: unknown[0] ?? null };
}

function plain(value: unknown, schema: TableSchema, path: readonly string[], found: UnknownKey[]): unknown {
  if (schema.type === 'optional') return plain(value, schema.wrapped as TableSchema, path, found);
  if (schema.type === 'array' && Array.isArray(value))
    return value.map((one: unknown, at) =>
      plain(one, schema.item as TableSchema, [...path, String(at)], found),
    );
  if (!(value instanceof Map)) return value;
  const table = value as TomlTable;
  if (schema.type === 'map')
    return new Map(
      [...table].map(([key, one]) => [key, plain(one, schema.value as TableSchema, [...path, key], found)]),
    );
  if (schema.type !== 'object' || schema.entries === undefined) return value;
  const { entries } = schema;
  const known = Object.keys(entries);
  for (const key of table.keys()) if (!known.includes(key)) found.push({ path: [...path, key], known });
  // A key that is missing is told by its own schema, which sees `undefined` where there is a key alone.
  const pairs = known.map((key) => [
    key,
    table.has(key) ? plain(table.get(key), entries[key] as TableSchema, [...path, key], found) : undefined,
  ]);
  return Object.fromEntries(pairs);
}
