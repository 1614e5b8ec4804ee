import { withoutCredentials } from '../../io/url-credentials.ts';
import { eachText } from './each-text.ts';

/** A JSON value in which no text holds the user name or password of an address: requirements, index lines and diffs may have some. */
export function withoutSecrets<T>(value: T): T {
  return eachText(value, (text) => (text.includes('@') ? withoutAddressSecrets(text) : text));
}

/** Also where the address stands within other text, as in a diff: `withoutCredentials` asks for one address alone. */
function withoutAddressSecrets(text: string): string {
  return text.replace(/\/\/[^/?#\s]*@[^\s"'<>,;]*/g, (address) => withoutCredentials(address));
}
