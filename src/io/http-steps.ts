import type { Dispatcher } from 'undici';
import { ACCEPTED_ENCODINGS } from './http-body.ts';
import { proxyAuthorization } from './http-origin.ts';
import type { Credentials, HttpMethod, HttpRequest } from './http.ts';
import { basicAuthorization, splitCredentials } from './url-credentials.ts';

/** One request at one address. A redirect makes the next step. */
export interface Step {
  /** Without credentials. */
  readonly url: URL;
  readonly method: HttpMethod;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly credentials: Credentials | null;
  /** Sent once, whatever comes of it. */
  readonly once: boolean;
}

/**
 * What another origin is sent of headers. All others are not, for forges and clouds have their own names for tokens ("private-token"), which no
 * list holds.
 */
const FOR_EVERYBODY = /^(?:accept(?:-.+)?|content-.+|cache-control|if-.+|range|user-agent)$/;
/** Belong to a body, and are not sent without it. */
const OWN_TO_BODY: ReadonlySet<string> = new Set(['content-type', 'content-length', 'content-encoding']);

/** What the caller asks for; credentials in the URL count where none are given apart. */
export function firstStep(request: HttpRequest): Step {
  const { url, credentials } = splitCredentials(new URL(request.url));
  const headers = new Map(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (request.range !== undefined) headers.set('range', rangeHeader(request.range));
  return {
    url,
    method: request.method ?? 'GET',
    headers: Object.fromEntries(headers),
    body: request.body ?? null,
    credentials: request.credentials ?? credentials,
    once: request.once ?? false,
  };
}

/** RFC 9110, 14.1.2: "bytes=0-99", "bytes=100-", and "bytes=-100" for the last hundred. */
function rangeHeader({ start, end }: { readonly start: number; readonly end?: number }): string {
  return start < 0 ? `bytes=${start}` : `bytes=${start}-${end ?? ''}`;
}

/**
 * Where a redirect leads (RFC 9110, 15.4), or why it is not followed. Credentials stay with their origin, and are
 * not taken up again when a redirect leads back; those that stand in a Location are a stranger's and dropped.
 * `first` is the address that the caller asked for: one that was secure stays secure.
 */
export function redirected(step: Step, status: number, location: string, first: URL): Step | string {
  if (!URL.canParse(location, step.url.href))
    return `${step.url.host} redirects to something that is not a URL`;
  const { url } = splitCredentials(new URL(location, step.url));
  url.hash = '';
  if (url.protocol === 'http:' && first.protocol === 'https:') {
    return `${step.url.host} redirects to ${url.host} without encryption, which is not followed`;
  }
  const sameOrigin = url.origin === step.url.origin;
  const becomesGet = step.method === 'POST' && (status === 301 || status === 302 || status === 303);
  const kept = Object.entries(step.headers).filter(
    ([name]) => (sameOrigin || FOR_EVERYBODY.test(name)) && !(becomesGet && OWN_TO_BODY.has(name)),
  );
  return {
    url,
    method: becomesGet ? 'GET' : step.method,
    headers: Object.fromEntries(kept),
    body: becomesGet ? null : step.body,
    credentials: sameOrigin ? step.credentials : null,
    once: step.once,
  };
}

/** A step in undici's words. `relay`: the proxy that is asked for the whole URL (RFC 9112, 3.2.2). */
export function dispatchOptions(step: Step, relay: URL | null): Dispatcher.DispatchOptions {
  const { url, method, credentials } = step;
  return {
    origin: relay?.origin ?? url.origin,
    path: relay === null ? `${url.pathname}${url.search}` : `${url.origin}${url.pathname}${url.search}`,
    method,
    // A POST is a query that may be sent twice, so it need not have a connection to itself; what is sent once must.
    idempotent: !step.once,
    body: step.body,
    headers: {
      'user-agent': 'fettle',
      accept: '*/*',
      // A part of an encoded body could not be decoded.
      'accept-encoding': step.headers['range'] === undefined ? ACCEPTED_ENCODINGS : 'identity',
      ...step.headers,
      ...(credentials === null ? {} : { authorization: basicAuthorization(credentials) }),
      ...(relay === null ? {} : { host: url.host, ...proxyAuthorization(relay) }),
    },
  };
}
