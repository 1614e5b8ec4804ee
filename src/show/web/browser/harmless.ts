import { plain } from '../../report/plain-text.ts';

/**
 * A JSON value with every text in it made harmless: control and bidi characters are shown as U+FFFD. Done once, where answers come in, so that no
 * view can forget it. That a text is text and no markup is Preact's part, which the views never go round.
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
