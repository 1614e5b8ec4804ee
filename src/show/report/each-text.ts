type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON value with each of its texts changed; keys stay. */
export function eachText<T>(value: T, change: (text: string) => string): T {
  return changed(value as Json, change) as T;
}

function changed(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((inner) => changed(inner, change));
  // A report of ten thousand packages is walked more than once: what changes is put into a copy, which has a key "__proto__" as its own.
  const copy = { ...(value as Record<string, Json>) };
  for (const [key, inner] of Object.entries(copy)) copy[key] = changed(inner, change);
  return copy;
}
