import { withoutCredentials } from '../../io/url-credentials.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON value in which no text holds the user name or password of an address: requirements, index lines and diffs may have some. */
export function withoutSecrets<T>(value: T): T {
  return scrubbed(value as Json) as T;
}

function scrubbed(value: Json): Json {
  if (typeof value === 'string') return value.includes('@') ? withoutAddressSecrets(value) : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(scrubbed);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, scrubbed(inner)]));
}

/** Also where the address stands within other text, as in a diff: `withoutCredentials` asks for one address alone. */
function withoutAddressSecrets(text: string): string {
  return text.replace(/\/\/[^/?#\s]*@[^\s"'<>,;]*/g, (address) => withoutCredentials(address));
}
