import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** Fields that speak of one connection alone (RFC 9110, section 7.6.1), and those of the proxy itself (section 11.7). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const NONE: ReadonlySet<string> = new Set();

export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name);
}

export function namedByConnection(connection: string | readonly string[] | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return NONE;
  const values = typeof connection === 'string' ? [connection] : connection;
  return new Set(values.flatMap((value) => value.split(',')).map((name) => name.trim().toLowerCase()));
}

/** Of an answer, with a cookie of ours beside the service's own. */
export function answerHeaders(headers: IncomingHttpHeaders, cookie: string | null): OutgoingHttpHeaders {
  const named = namedByConnection(headers.connection);
  const kept: OutgoingHttpHeaders = {};
  for (const name of Object.keys(headers))
    if (!HOP_BY_HOP.has(name) && !named.has(name)) kept[name] = headers[name];
  if (cookie !== null) kept['set-cookie'] = [...(headers['set-cookie'] ?? []), cookie].flat();
  return kept;
}
