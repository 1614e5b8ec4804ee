import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Repository } from './repository.ts';

export interface Asked {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What goes wrong with a request. `lost`: it is carried out, and its answer never comes. */
export type Fault = 'lost' | 'unsent' | Reply | (() => void);

export interface ForgeServer {
  readonly repository: Repository;
  readonly apiUrl: string;
  /** "POST /repos/o/r/pulls" */
  readonly log: string[];
  /** The next requests that match go wrong, one fault each. A function is called before the request is carried out. */
  fail(pattern: RegExp, ...faults: readonly Fault[]): void;
  close(): Promise<void>;
}

export const TOKEN = 'token-of-the-tests-0123456789';

/** Answers in JSON; what a handler throws as a Reply is the answer. */
export async function serveForge(
  repository: Repository,
  prefix: string,
  isAllowed: (request: IncomingMessage) => boolean,
  handle: (asked: Asked) => Reply,
): Promise<ForgeServer> {
  const log: string[] = [];
  const faults: { readonly pattern: RegExp; readonly fault: Fault }[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url!, 'http://forge.example');
    const method = request.method!;
    const path = decodeURIComponent(url.pathname.slice(prefix.length));
    const name = `${method} ${path}`;
    log.push(name);
    const text = (await buffer(request)).toString();
    const at = faults.findIndex(({ pattern }) => pattern.test(name));
    const fault = at === -1 ? null : faults.splice(at, 1)[0]!.fault;
    if (fault === 'unsent') return void request.socket.destroy();
    if (typeof fault === 'function') fault();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const asked = { method, path, query: url.searchParams, body };
    const given = typeof fault === 'object' && fault !== null ? fault : null;
    const reply = given ?? (isAllowed(request) ? replyOf(handle, asked) : unauthorized());
    if (fault === 'lost') return void request.socket.destroy();
    const json = reply.body === undefined ? '' : JSON.stringify(reply.body);
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(json);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: `bug of the server: ${String(error)}` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ repository, log, apiUrl: `http://127.0.0.1:${port}${prefix}` },
    fail: (pattern, ...more) => void faults.push(...more.map((fault) => ({ pattern, fault }))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function replyOf(handle: (asked: Asked) => Reply, asked: Asked): Reply {
  try {
    return handle(asked);
  } catch (error) {
    if (error instanceof Refused) return error.reply;
    throw error;
  }
}

function unauthorized(): Reply {
  return { status: 401, body: { message: '401 Unauthorized' } };
}

/** Thrown by handlers. */
export class Refused extends Error {
  readonly reply: Reply;

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.reply = { status, body: { message, ...more } };
  }
}

/** A body with these keys and no others; those that end with "?" may be absent. */
export function fieldsOf(body: Asked['body'], ...keys: readonly string[]): unknown {
  const known = keys.map((key) => key.replace(/\?$/, ''));
  const strange = Object.keys(body).find((key) => !known.includes(key));
  if (strange !== undefined) throw new Refused(422, `"${strange}" is not a permitted key`);
  const missing = keys.find((key) => !key.endsWith('?') && body[key] === undefined);
  if (missing !== undefined) throw new Refused(422, `"${missing}" wasn't supplied`);
  return body;
}
