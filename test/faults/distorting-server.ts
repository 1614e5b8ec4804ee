import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { answerByScript } from './hostile-index.ts';
import type { ScriptedAnswer } from './hostile-index.ts';

/** What the honest server behind answered. */
export interface HonestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** From an honest answer to a distorted one; null: it passes as it is. `nth` counts the answers of one path, from 0. */
export type Distortion = (honest: HonestAnswer, nth: number, path: string) => ScriptedAnswer | null;

/** A server on loopback that asks an honest one behind it, and lets its answers through as its distortions have them. */
export interface DistortingServer {
  /** "http://127.0.0.1:PORT" */
  readonly origin: string;
  /** "GET /simple/a/" for each request so far. */
  readonly asked: string[];
  /** The first rule whose pattern a path matches counts. */
  rules: readonly (readonly [path: RegExp, distortion: Distortion])[];
  close(): Promise<void>;
}

export async function startDistorting(behind: string): Promise<DistortingServer> {
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  const server = createServer((request, response) => void answer(state, behind, counts, request, response));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  const state: DistortingServer = {
    origin: '',
    asked: [],
    rules: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function answer(
  state: DistortingServer,
  behind: string,
  counts: Map<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '/';
  state.asked.push(`${request.method} ${path}`);
  const honest = await honestly(behind, request);
  const nth = counts.get(path) ?? 0;
  counts.set(path, nth + 1);
  const rule = state.rules.find(([pattern]) => pattern.test(path));
  const distorted = rule?.[1](honest, nth, path) ?? null;
  response.on('error', () => response.destroy());
  await answerByScript(request, response, distorted ?? honest);
}

async function honestly(behind: string, request: IncomingMessage): Promise<HonestAnswer> {
  const body = await buffer(request);
  const headers: OutgoingHttpHeaders = { ...request.headers };
  delete headers['host'];
  delete headers['connection'];
  const options = { method: request.method, headers, agent: false };
  const answered = await new Promise<IncomingMessage>((resolve, reject) => {
    ask(`${behind}${request.url}`, options, resolve).on('error', reject).end(body);
  });
  const kept = Object.entries(answered.headers).filter(
    ([name, value]) =>
      typeof value === 'string' &&
      !/^(connection|keep-alive|date|transfer-encoding|content-length)$/.test(name),
  );
  return {
    status: answered.statusCode ?? 500,
    headers: Object.fromEntries(kept) as Record<string, string>,
    body: await buffer(answered),
  };
}
