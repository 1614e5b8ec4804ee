import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { refuseOn } from './refusals.ts';

export interface Visitors {
  readonly request: (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ) => void;
  /** The connection has become the caller's own. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, first: Buffer) => void;
}

/** What listens, for HTTP/1.1 and HTTP/2 with prior knowledge (RFC 9113, section 3.3) on the same port. */
export interface FrontDoor {
  readonly port: number;
  /** Takes no new connection, closes the idle ones, and tells the others that no more is taken. */
  shut(): void;
  /** Ends every connection, whatever it carries. */
  clear(): Promise<void>;
}

const HEAD_BYTES = 32 * 1024;
const HEAD_MS = 15_000;
const IDLE_MS = 75_000;
const MOST_CONNECTIONS = 8_192;
const MOST_STREAMS = 128;
/** "PRI * HTTP/2.0" begins no request of HTTP/1.1: three letters tell them apart. */
const PREFACE = 'PRI';

export async function openFrontDoor(
  at: { readonly host: string; readonly port: number; readonly headMs?: number },
  visitors: Visitors,
): Promise<FrontDoor> {
  const headMs = at.headMs ?? HEAD_MS;
  const sockets = new Set<Socket>();
  const http1 = http1Server(visitors, headMs);
  const http2 = http2Server(visitors);
  // The server's own listener makes it HTTP/1.1; each connection reaches it once its first bytes were seen.
  const serveHttp1 = http1.listeners('connection')[0] as (this: Server, socket: Socket) => void;
  http1.removeAllListeners('connection');
  http1.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    told(socket, headMs, (isHttp2) => {
      if (isHttp2) http2.server.emit('connection', socket);
      else serveHttp1.call(http1, socket);
    });
  });
  await listening(http1, at);
  return {
    port: (http1.address() as AddressInfo).port,
    shut: () => {
      http1.close();
      for (const session of http2.sessions) session.close();
    },
    clear: () => cleared(http1, sockets),
  };
}

function http1Server(visitors: Visitors, headMs: number): Server {
  const server = createServer({
    maxHeaderSize: HEAD_BYTES,
    headersTimeout: headMs,
    keepAliveTimeout: IDLE_MS,
    // An upload may last; one that stands still is ended by whoever reads it.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(headMs, 5_000),
    insecureHTTPParser: false,
  });
  server.maxConnections = MOST_CONNECTIONS;
  // Nothing may be left out unseen; the number is judged where the head is read.
  server.maxHeadersCount = 0;
  server.on('request', visitors.request);
  server.on('checkContinue', (request, response) => {
    response.writeContinue();
    visitors.request(request, response);
  });
  server.on('upgrade', visitors.upgrade);
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    if (error.code === 'HPE_HEADER_OVERFLOW') refuseOn(socket, 431, 'the head is too large');
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
      refuseOn(socket, 408, 'the head did not come in time');
    else if (error.code === 'ECONNRESET') socket.destroy();
    else refuseOn(socket, 400, 'this is not a request in HTTP/1.1');
  });
  return server;
}

function http2Server(visitors: Visitors) {
  const sessions = new Set<ServerHttp2Session>();
  const server = createHttp2Server({
    settings: { maxConcurrentStreams: MOST_STREAMS, maxHeaderListSize: HEAD_BYTES },
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
    session.setTimeout(IDLE_MS, () => undefined);
    session.on('timeout', () => session.close());
  });
  server.on('sessionError', () => undefined);
  server.on('stream', (stream) => stream.on('error', () => undefined));
  server.on('request', visitors.request);
  return { server, sessions };
}

/** Looks at the first bytes of a connection and puts them back. */
function told(socket: Socket, withinMs: number, tell: (isHttp2: boolean) => void): void {
  const tooLate = () => socket.destroy();
  socket.setTimeout(withinMs, tooLate);
  let seen: Buffer = Buffer.alloc(0);
  const look = () => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const begin = seen.toString('latin1', 0, PREFACE.length);
    if (begin.length < PREFACE.length && PREFACE.startsWith(begin)) return;
    socket.removeListener('readable', look);
    socket.removeListener('timeout', tooLate);
    socket.setTimeout(0);
    socket.unshift(seen);
    tell(begin === PREFACE);
  };
  socket.on('readable', look);
}

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve();
    });
  });
}

async function cleared(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    if (sockets.size === 0 && !server.listening) resolve();
    else server.once('close', () => resolve());
  });
  if (server.listening) server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}
