import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Duplex } from 'node:stream';

export type Outgoing = ServerResponse | Http2ServerResponse;

/** An answer of the proxy's own. The connection is not used again: what follows on it may not be what it seems. */
export function refuse(response: Outgoing, status: number, why: string): void {
  if (response.headersSent || response.destroyed) return;
  const body = `fettle: ${why}\n`;
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  };
  if ('stream' in response) response.writeHead(status, headers);
  else response.writeHead(status, status < 500 ? { ...headers, connection: 'close' } : headers);
  response.end(body);
}

/** The same where there is no response yet, but a connection. */
export function refuseOn(socket: Duplex, status: number, why: string): void {
  if (!socket.writable) return void socket.destroy();
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
