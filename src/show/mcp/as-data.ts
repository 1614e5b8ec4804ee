import { masked } from '../../io/masked.ts';
import type { Environment } from '../../io/environment-secrets.ts';

/**
 * What is drawn as nothing (Unicode: Default_Ignorable_Code_Point), among it the tag characters (U+E0000 to U+E007F) and variation
 * selectors in which a text for language models can be hidden from people.
 */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * A text that others wrote, as it may be shown to people and language models: no control characters, no escapes, nothing hidden, no
 * secrets. What it says is still theirs, and is labelled as data where it is shown.
 */
export function asData(text: string, environment: Environment): string {
  // First what is hidden, for it could part a secret from its shape.
  return masked(text.replace(INVISIBLE, ''), environment);
}

/** The same for every text in a JSON value, names of members too. */
export function valueAsData(value: unknown, environment: Environment): unknown {
  if (typeof value === 'string') return asData(value, environment);
  if (Array.isArray(value)) return value.map((one) => valueAsData(one, environment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [asData(key, environment), valueAsData(inner, environment)]),
  );
}

/** One foreign text on one line, in quotes: where it ends cannot be mistaken. */
export function quoted(text: string): string {
  return JSON.stringify(text.replace(/\s+/g, ' ').trim());
}
