import { ProxyRefusal, UnusableProxy } from './http-origin.ts';
import type { Answer, Broken } from './http-exchange.ts';

/** What a failed connection's code means, in words. Codes of Node (errno), OpenSSL and undici. */
const CONNECTION_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['EPIPE', 'connection reset'],
  ['UND_ERR_SOCKET', 'the connection was closed'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['UND_ERR_CONNECT_TIMEOUT', 'the connection timed out'],
  ['ENOTFOUND', 'there is no host of that name'],
  ['EAI_AGAIN', 'the name could not be looked up'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed and not trusted here'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate comes from an authority that is not trusted here'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate comes from an authority that is not trusted here'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate comes from an authority that is not trusted here'],
  ['EPROTO', 'it does not speak TLS as expected'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS as expected'],
  ['UND_ERR_HEADERS_OVERFLOW', 'the head of its answer is too large'],
]);

/** Problems that stay when the request is sent again. */
const LASTING = /CERT|UNABLE_TO_|SSL|EPROTO|ENOTFOUND|HEADERS_OVERFLOW/;

const COUNTS = ['', 'once', 'twice', 'three times', 'four times'];

function times(count: number): string {
  return COUNTS[count] ?? `${count} times`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** "64 MiB", or bytes where it is no round number. */
function sizeInWords(bytes: number): string {
  const mebibyte = 1024 * 1024;
  return bytes >= mebibyte && bytes % mebibyte === 0 ? `${bytes / mebibyte} MiB` : `${grouped(bytes)} bytes`;
}

/** The bounds that a sentence may have to name. */
interface Bounds {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** One sentence for an answer that tells of a fault, or for having none, while talking to `host`. */
export function reasonOf(result: Answer | Broken, host: string, bounds: Bounds): string {
  if (result.kind === 'answer') return `${host} answered ${result.status}`;
  const { received, declared, answered } = result;
  const seconds = `${bounds.timeoutMs / 1000} s`;
  switch (result.why) {
    case 'too-large':
      return `the answer of ${host} is larger than ${sizeInWords(bounds.maxBytes)}`;
    case 'aborted':
      return answered
        ? `the answer of ${host} was not complete after ${seconds} (${grouped(received)} bytes had come)`
        : `${host} did not answer within ${seconds}`;
    case 'cut-off': {
      const of = declared === null ? '' : `of ${grouped(declared)} `;
      return `the answer of ${host} was cut off after ${grouped(received)} ${of}bytes`;
    }
    case 'not-as-encoded':
      return `the answer of ${host} is not encoded as it says`;
    case 'unknown-encoding':
      return `the answer of ${host} is encoded in a way that was not asked for`;
    case 'error':
      return connectionReason(result.error, host);
  }
}

function connectionReason(error: Error | null, host: string): string {
  const code = codeOf(error);
  if (isAboutSyntax(error)) return `${host} answered something that is not HTTP`;
  const known = isAboutProxy(error) ? error.message : CONNECTION_PROBLEMS.get(code);
  return `no connection to ${host}: ${known ?? `the connection failed${code === '' ? '' : ` (${code})`}`}`;
}

/** Whether sending the request again can help. */
export function canPass(result: Answer | Broken): boolean {
  if (result.kind === 'answer' || result.why === 'cut-off') return true;
  const { why, error } = result;
  return why === 'error' && !isAboutProxy(error) && !isAboutSyntax(error) && !LASTING.test(codeOf(error));
}

/** What several attempts gave: "index.example answered 503 four times". */
export function inOneSentence(said: readonly string[]): string {
  const last = said.at(-1) ?? '';
  if (said.length < 2) return last;
  const count = times(said.length);
  return / answered \d+$/.test(last) && said.every((one) => one === last)
    ? `${last} ${count}`
    : `${last} (tried ${count})`;
}

/** What came is not HTTP. undici's parser gives its errors no code that could be relied on. */
function isAboutSyntax(error: Error | null): boolean {
  return error?.name === 'HTTPParserError';
}

function isAboutProxy(error: Error | null): error is ProxyRefusal | UnusableProxy {
  return error instanceof ProxyRefusal || error instanceof UnusableProxy;
}

/** An error's code; of several addresses tried (AggregateError), the first one's. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof AggregateError && code === undefined) return codeOf(error.errors[0]);
  return code ?? codeOf(error.cause);
}
