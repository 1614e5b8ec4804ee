import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Duplex } from 'node:stream';

export type Outgoing = ServerResponse | Http2ServerResponse;

/** Connections whose bytes are not to be trusted any more: what was sent behind a bad head may not be what it seems. */
const spoilt = new WeakSet<Duplex>();

export function isSpoilt(socket: Duplex): boolean {
  return spoilt.has(socket);
}

/** An answer of the proxy's own. */
export function refuse(response: Outgoing, status: number, why: string): void {
  if (response.headersSent || response.destroyed) return;
  const body = `fettle: ${why}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

/** The last answer of its connection, which is closed behind it. */
export function refuseForGood(response: Outgoing, status: number, why: string): void {
  if (!('stream' in response)) {
    if (response.socket !== null) spoilt.add(response.socket);
    response.shouldKeepAlive = false;
  }
  refuse(response, status, why);
}

/** The same where there is no response yet, but a connection. */
export function refuseOn(socket: Duplex, status: number, why: string): void {
  if (!socket.writable) return void socket.destroy();
  spoilt.add(socket);
  const body = `fettle: ${why}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n` +
      `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** Status and text for a revision that gave no answer. */
export function noAnswer(
  revision: string,
  error: Error & { readonly code?: string },
): readonly [number, string] {
  switch (error.code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
      return [504, `revision ${revision} did not answer in time`];
    case 'ECONNREFUSED':
    case 'ENOENT':
      return [502, `revision ${revision} does not listen`];
    case 'UND_ERR_CONNECT_TIMEOUT':
      return [502, `revision ${revision} did not take the connection in time`];
    default:
      return [502, `revision ${revision} ended the connection, or did not answer in HTTP`];
  }
}
