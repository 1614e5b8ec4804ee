import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** One scripted answer. What is left out is as a well-behaved server has it. */
export interface ScriptedAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Before anything is sent. */
  readonly delayMs?: number;
  /**
   * `before-answer`: the connection is closed without a word. `in-body`: after half of the body; Content-Length told
   * the whole. `never`: nothing is ever sent, and the connection stays.
   */
  readonly breaks?: 'before-answer' | 'in-body' | 'never';
  /** A lie about the length of the body. `null`: not told. */
  readonly declaredLength?: number | null;
  /** The body again and again, until the client has enough. */
  readonly endless?: boolean;
  /** How many requests get this answer before the next one has its turn; the last answer of a path stays. Default 1. */
  readonly times?: number;
}

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly httpVersion: string;
}

/** A server on loopback that answers by script. Paths without a script get 404. */
export interface HostileIndex {
  /** "http://127.0.0.1:PORT" or "https://localhost:PORT". */
  readonly origin: string;
  readonly seen: readonly SeenRequest[];
  /** Connections that were opened so far. */
  readonly connections: number;
  /** The most requests that were being answered at one time. */
  readonly mostAtOnce: number;
  /** Sets what a path (with its query) answers, in order. */
  script(path: string, ...answers: readonly ScriptedAnswer[]): void;
  /** What every path without a script answers. */
  scriptOthers(answer: ScriptedAnswer): void;
  /** HTTP/2 sessions that are open now. */
  readonly openSessions: number;
  /** Ends every connection that is open now; the server stays. */
  dropConnections(): void;
  /** Tells every HTTP/2 client to open a new connection (GOAWAY); what is being answered on the old one goes on. */
  goAway(): void;
  close(): Promise<void>;
}

/** A key and a self-signed certificate for localhost and 127.0.0.1, in PEM form. */
export interface SelfMadeCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** Made by openssl; null where this machine does not have it. */
export function selfMadeCertificate(): SelfMadeCertificate | null {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-certificate-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  try {
    execFileSync('openssl', [...request, '-addext', names, '-keyout', key, '-out', certificate], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With a certificate it speaks HTTP/2 over TLS, or HTTP/1.1 where `http2` is false; without one plain HTTP/1.1. */
export async function startHostileIndex(
  options: {
    readonly certificate?: SelfMadeCertificate;
    readonly http2?: boolean;
    /** HTTP/2 streams at one time. */
    readonly maxStreams?: number;
  } = {},
): Promise<HostileIndex> {
  const index = new ScriptedServer();
  const { certificate } = options;
  const answer = (request: AnyRequest, response: AnyResponse): void => void index.answer(request, response);
  const secrets = { key: certificate?.key, cert: certificate?.certificate };
  const settings = options.maxStreams === undefined ? {} : { maxConcurrentStreams: options.maxStreams };
  const server: Server =
    certificate === undefined
      ? createServer(answer)
      : options.http2 === false
        ? createTlsServer(secrets, answer)
        : createSecureServer({ ...secrets, settings }, answer);
  server.on(certificate === undefined ? 'connection' : 'secureConnection', (socket: Socket) =>
    index.connected(socket),
  );
  server.on('session', (session: ServerHttp2Session) => index.talksTo(session));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  index.listens(server, certificate === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`);
  return index;
}

type AnyRequest = IncomingMessage | Http2ServerRequest;
type AnyResponse = ServerResponse | Http2ServerResponse;

class ScriptedServer implements HostileIndex {
  origin = '';
  readonly seen: SeenRequest[] = [];
  connections = 0;
  mostAtOnce = 0;
  #answering = 0;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #scripts = new Map<string, ScriptedAnswer[]>();
  #others: ScriptedAnswer = { status: 404, body: 'not here' };

  listens(server: Server, origin: string): void {
    this.#server = server;
    this.origin = origin;
  }

  connected(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  script(path: string, ...answers: readonly ScriptedAnswer[]): void {
    this.#scripts.set(
      path,
      answers.flatMap((answer) => Array.from({ length: answer.times ?? 1 }, () => answer)),
    );
  }

  scriptOthers(answer: ScriptedAnswer): void {
    this.#others = answer;
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  get openSessions(): number {
    return this.#sessions.size;
  }

  talksTo(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    session.on('error', () => session.destroy());
    session.on('close', () => this.#sessions.delete(session));
  }

  goAway(): void {
    for (const session of this.#sessions) {
      session.goaway();
      session.close();
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.dropConnections();
    if (server !== null) await new Promise((resolve) => server.close(resolve));
  }

  async answer(request: AnyRequest, response: AnyResponse): Promise<void> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#answering);
    response.on('close', () => this.#answering--);
    response.on('error', () => response.destroy());
    await this.#note(request);
    await answerByScript(request, response, this.#next(request.url ?? '/'));
  }

  #next(path: string): ScriptedAnswer {
    const script = this.#scripts.get(path);
    if (script === undefined) return this.#others;
    return (script.length > 1 ? script.shift() : script[0]) ?? this.#others;
  }

  async #note(request: AnyRequest): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url: path = '', headers, httpVersion } = request;
    this.seen.push({ method, path, headers, body, httpVersion });
  }
}

/** One answer, with what its script has wrong with it. */
export async function answerByScript(
  request: AnyRequest,
  response: AnyResponse,
  scripted: ScriptedAnswer,
): Promise<void> {
  if (scripted.delayMs !== undefined) await delay(scripted.delayMs);
  if (scripted.breaks === 'never') return;
  if (scripted.breaks === 'before-answer') return cutOff(request, response);
  await send(request, response, scripted);
}

async function send(request: AnyRequest, response: AnyResponse, scripted: ScriptedAnswer): Promise<void> {
  const body = Buffer.from(scripted.body ?? '');
  const length = scripted.declaredLength === undefined ? body.length : scripted.declaredLength;
  const isKnown = length !== null && scripted.endless !== true;
  response.writeHead(scripted.status ?? 200, {
    ...(isKnown ? { 'content-length': String(length) } : {}),
    ...scripted.headers,
  });
  if (request.method === 'HEAD') return void response.end();
  if (scripted.endless === true) return repeat(response, body);
  const part = scripted.breaks === 'in-body' ? body.subarray(0, body.length >> 1) : body;
  await new Promise<void>((resolve) => writer(response)(part, resolve));
  // Node would complain of a body that is not as long as declared: the connection is closed instead.
  const honest = scripted.breaks !== 'in-body' && (length === null || length === body.length);
  if (honest) response.end();
  else cutOff(request, response);
}

/** The two kinds of response have one `write`, in two types. */
function writer(response: AnyResponse): (chunk: Uint8Array, sent: () => void) => boolean {
  return (chunk, sent) => (response as ServerResponse).write(chunk, sent);
}

async function repeat(response: AnyResponse, body: Buffer): Promise<void> {
  let open = true;
  response.on('close', () => (open = false));
  while (open) {
    await Promise.race([new Promise<void>((sent) => writer(response)(body, sent)), delay(50)]);
    // Lets the connection be closed, however fast it writes.
    await delay(1);
  }
}

/** Over HTTP/2 only the stream ends, by a reset; over HTTP/1.1 the connection. */
function cutOff(request: AnyRequest, response: AnyResponse): void {
  if ('stream' in response) response.stream.destroy(new Error('scripted'));
  else request.socket.destroy();
}
