import { plain } from '../report/plain-text.ts';

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** A value in which no text moves a cursor or turns the direction of reading: such characters are shown as U+FFFD. */
export function readable<T>(value: T): T {
  return cleaned(value as Json) as T;
}

function cleaned(value: Json): Json {
  if (typeof value === 'string') return plain(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(cleaned);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [plain(key), cleaned(inner)]));
}
