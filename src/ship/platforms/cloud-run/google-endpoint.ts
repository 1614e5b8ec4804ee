import { UserFacingError } from '../../../domain/errors.ts';

/** A server on this machine that stands for Google's: for tests of the command as it is. */
export interface GoogleEndpoint {
  readonly host: string;
  readonly port: number;
  /** FETTLE_GOOGLE_TOKEN, which is read beside the endpoint alone; null: requests carry none. */
  readonly token: string | null;
}

const VARIABLE = 'FETTLE_GOOGLE_ENDPOINT';
const TOKEN = 'FETTLE_GOOGLE_TOKEN';

/**
 * What FETTLE_GOOGLE_ENDPOINT names ("http://127.0.0.1:8085"); null: nothing. No login is used there, so it is a loopback address or
 * refused: nobody who sets a variable may lead a deployment to a server of his own.
 */
export function googleEndpoint(
  environment: Readonly<Record<string, string | undefined>>,
): GoogleEndpoint | null {
  const value = environment[VARIABLE];
  if (value === undefined || value === '') return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || url.protocol !== 'http:' || !isLoopback(url.hostname) || url.port === '')
    throw new UserFacingError('usage', `${VARIABLE} is a loopback address with a port, not ${value}`, {
      hint: `unset it, or write ${VARIABLE}=http://127.0.0.1:PORT`,
    });
  return { host: url.hostname, port: Number(url.port), token: environment[TOKEN] || null };
}

/** RFC 1122, 3.2.1.3; RFC 6761, 6.3; RFC 4291, 2.5.3. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
