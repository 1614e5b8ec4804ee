type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON value with each of its texts changed; keys stay. */
export function eachText<T>(value: T, change: (text: string) => string): T {
  return changed(value as Json, change) as T;
}

function changed(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (value === null || typeof value !== 'object') return value;
  return Array.isArray(value)
    ? changedList(value, change)
    : changedTable(value as Record<string, Json>, change);
}

// A report of ten thousand packages is walked more than once, and next to nothing in it changes: what does not change is no copy, and
// texts, of which there are half a million, are changed where they are met.
function changedList(list: readonly Json[], change: (text: string) => string): readonly Json[] {
  let copy: Json[] | null = null;
  for (let at = 0; at < list.length; at++) {
    const inner = list[at]!;
    const now = typeof inner === 'string' ? change(inner) : changed(inner, change);
    if (now !== inner) (copy ??= [...list])[at] = now;
  }
  return copy ?? list;
}

/** A copy has a key "__proto__" as its own. */
function changedTable(table: Record<string, Json>, change: (text: string) => string): Json {
  let copy: Record<string, Json> | null = null;
  for (const key in table) {
    const inner = table[key]!;
    const now = typeof inner === 'string' ? change(inner) : changed(inner, change);
    if (now !== inner) (copy ??= { ...table })[key] = now;
  }
  return copy ?? table;
}
