import type { LocatedEntry, LocatedString, LocatedTable, LocatedValue } from './located-toml.ts';

/** The entry at a path of keys. */
export function entryAt(
  value: LocatedValue | undefined,
  ...path: readonly string[]
): LocatedEntry | undefined {
  let here = value;
  let entry: LocatedEntry | undefined;
  for (const key of path) {
    entry = here?.kind === 'table' ? here.entries.get(key) : undefined;
    here = entry?.value;
  }
  return entry;
}

export function valueAt(
  value: LocatedValue | undefined,
  ...path: readonly string[]
): LocatedValue | undefined {
  return entryAt(value, ...path)?.value;
}

/** The table at a path, or null where there is none or anything else. */
export function tableAt(value: LocatedValue | undefined, ...path: readonly string[]): LocatedTable | null {
  const found = path.length === 0 ? value : valueAt(value, ...path);
  return found?.kind === 'table' ? found : null;
}

export function stringAt(value: LocatedValue | undefined, ...path: readonly string[]): LocatedString | null {
  const found = valueAt(value, ...path);
  return found?.kind === 'string' ? found : null;
}

/** A string, or the strings of an array; what is neither is left out. */
export function stringsIn(value: LocatedValue | undefined): readonly LocatedString[] {
  if (value?.kind === 'string') return [value];
  return value?.kind === 'array' ? value.items.filter((item) => item.kind === 'string') : [];
}
