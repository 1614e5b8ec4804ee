/** How often a request is sent at the most, the first time included. */
export const ATTEMPTS = 4;

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;
/** A server that asks for more than this is not waited for. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Too Many Requests, and what is the server's fault: worth asking again. */
export function isWorthRetrying(status: number): boolean {
  return status === 429 || (status >= 500 && status <= 599);
}

/**
 * Milliseconds to wait before attempt `attempt + 1` (1-based): exponential back-off, of which the upper half is
 * random, so that many clients do not come back together. `random` in [0, 1).
 */
export function backOff(attempt: number, random: number): number {
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

/**
 * Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or an HTTP date); null where it is
 * absent or neither, `'too-long'` beyond a minute.
 */
export function retryAfter(header: string | undefined, now: Date): number | 'too-long' | null {
  if (header === undefined) return null;
  const text = header.trim();
  const ms = /^\d{1,12}$/.test(text) ? Number(text) * 1000 : httpDate(text) - now.getTime();
  if (Number.isNaN(ms)) return null;
  if (ms > LONGEST_RETRY_AFTER_MS) return 'too-long';
  return Math.max(0, ms);
}

/** Only dates as HTTP writes them ("Sun, 06 Nov 1994 08:49:37 GMT"): Date.parse alone takes "-5" for a year. */
function httpDate(text: string): number {
  return /^[A-Za-z]{3,9},? .*\d\d:\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
}
