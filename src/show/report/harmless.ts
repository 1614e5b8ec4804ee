import { plain } from './plain-text.ts';

/**
 * A JSON value in which no text, and no name of a member, moves a cursor or turns the direction of reading: such characters are shown as U+FFFD.
 * Done once, where values come in, so that nothing that shows them can forget it. That a text is no markup is Preact's part.
 */
export function harmless<T>(value: T): T {
  return made(value) as T;
}

function made(value: unknown): unknown {
  if (typeof value === 'string') return plain(value);
  if (Array.isArray(value)) return value.map(made);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [plain(key), made(inner)]));
}
