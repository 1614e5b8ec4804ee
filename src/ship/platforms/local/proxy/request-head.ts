import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { isHopByHop, namedByConnection } from './forwarded-headers.ts';
import { takeSticky } from './sticky-cookie.ts';
import type { Wanted } from './routing.ts';

export type Incoming = IncomingMessage | Http2ServerRequest;

/** A request as it is passed on. */
export interface RequestHead {
  readonly kind: 'head';
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, without those of this hop, of fettle and of proxies before. */
  readonly headers: readonly string[];
  readonly hasBody: boolean;
  readonly wanted: Wanted;
}

export interface BadHead {
  readonly kind: 'bad';
  readonly status: 400 | 431 | 501;
  readonly why: string;
}

export const MOST_HEADERS = 200;

/** RFC 3986, section 3.2: what an authority without user information is written with. */
const AUTHORITY = /^[A-Za-z0-9._~!$&'()*+,;=%:[\]-]+$/;
const DIGITS = /^\d{1,15}$/;

/**
 * Reads a head, and refuses what two readers could understand differently (RFC 9112, sections 3.2 and 6.3). Node's strict parser has refused
 * other things before: both lengths at once, two lengths, unknown codings, control characters.
 */
export function readHead(request: Incoming): RequestHead | BadHead {
  const raw = request.rawHeaders;
  if (raw.length > 2 * MOST_HEADERS) return bad(431, `more than ${MOST_HEADERS} header fields`);
  const lengthProblem = framingProblem(request);
  if (lengthProblem !== null) return bad(400, lengthProblem);
  const target = targetOf(request);
  if (target === null)
    return bad(400, 'the target is no path, or the host is missing, given twice, or not one');
  if (request.method === 'CONNECT' || request.method === 'TRACE')
    return bad(501, `${request.method} is not passed on`);
  return passedOn(request, target);
}

function passedOn(request: Incoming, { path, host }: Destination): RequestHead {
  const raw = request.rawHeaders;
  const named = namedByConnection(request.headers.connection);
  const headers = ['host', host];
  let [tag, isProbe, stickyId]: [string | null, boolean, string | null] = [null, false, null];
  const cookies: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const [name, value] = [raw[index]!.toLowerCase(), raw[index + 1]!];
    if (name === 'x-fettle-tag') tag ??= value.toLowerCase();
    else if (name === 'x-fettle-probe') isProbe ||= value === 'analysis';
    else if (name === 'cookie') {
      const { id, rest } = takeSticky(value);
      stickyId ??= id;
      if (rest !== null) cookies.push(rest);
    } else if (!isOurs(name) && !isHopByHop(name) && !named.has(name)) headers.push(name, value);
  }
  const length = request.headers['content-length'];
  const hasBody = bodyOf(request);
  if (hasBody && length !== undefined) headers.push('content-length', length);
  if (cookies.length > 0 && !named.has('cookie')) headers.push('cookie', cookies.join('; '));
  const from = request.socket.remoteAddress;
  if (from !== undefined) headers.push('x-forwarded-for', from);
  headers.push('x-forwarded-proto', 'http', 'x-forwarded-host', host);
  const wanted = { hostname: hostnameOf(host), tag, stickyId, isProbe };
  return { kind: 'head', method: request.method ?? 'GET', path, headers, hasBody, wanted };
}

interface Destination {
  readonly path: string;
  readonly host: string;
}

/** The host of an absolute target goes before the field (RFC 9112, section 3.2.2). Null: there is not exactly one. */
function targetOf(request: Incoming): Destination | null {
  const url = request.url ?? '';
  const isAbsolute = /^http:\/\//i.test(url);
  const given = hostsOf(request.rawHeaders);
  if (given.some((host) => host !== given[0])) return null;
  if (request.httpVersionMajor < 2 && given.length > 1) return null;
  if (!isAbsolute) return url.startsWith('/') ? destination(url, given[0]) : null;
  const slash = url.indexOf('/', 'http://'.length);
  const authority = url.slice('http://'.length, slash === -1 ? undefined : slash);
  return destination(slash === -1 ? '/' : url.slice(slash), authority);
}

/** HTTP/1.0 may leave the host out: it is then the address that was connected to. */
function destination(path: string, host: string | undefined): Destination | null {
  if (host === undefined) return { path, host: 'localhost' };
  return AUTHORITY.test(host) ? { path, host } : null;
}

function hostsOf(raw: readonly string[]): readonly string[] {
  const hosts: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!;
    if ((name.length === 4 && name.toLowerCase() === 'host') || name === ':authority')
      hosts.push(raw[index + 1]!);
  }
  return hosts;
}

function framingProblem({ headers, httpVersion }: Incoming): string | null {
  const coding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (coding !== undefined && length !== undefined) return 'Content-Length beside Transfer-Encoding';
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return 'a coding other than chunked';
  if (coding !== undefined && httpVersion === '1.0') return 'Transfer-Encoding in HTTP/1.0';
  if (length !== undefined && !DIGITS.test(length)) return 'Content-Length is not a number';
  return null;
}

function bodyOf(request: Incoming): boolean {
  if ('stream' in request) return !request.stream.endAfterHeaders;
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) > 0);
}

/** What only this proxy says, or keeps to itself. */
function isOurs(name: string): boolean {
  return (
    name === 'host' ||
    name === 'content-length' ||
    name === 'expect' ||
    name === 'forwarded' ||
    name === 'x-real-ip' ||
    name.startsWith(':') ||
    name.startsWith('x-forwarded-') ||
    name.startsWith('x-fettle-')
  );
}

function hostnameOf(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':');
  return (end <= 0 ? host : host.slice(0, end)).toLowerCase();
}

function bad(status: BadHead['status'], why: string): BadHead {
  return { kind: 'bad', status, why };
}
