import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { googleAuthLibrary } from 'google-gax';
import { createFaults, type FaultControl, type Faults } from './faults.ts';
import { seeded } from '../seeded.ts';
import type { GoogleWorld } from './google-world.ts';
import { createGoogleApis, type ApiOptions, type GoogleApis, type GoogleState } from './google-apis.ts';
import type { JsonObject } from './json.ts';
import { writeMessage } from './proto-json-write.ts';
import { errorBody, errorInfo, httpStatusOf, Refusal } from './refusal.ts';
import { googleRoutes } from './routes.ts';
import { enumForm, matchRoute, readRequest } from './transcoding.ts';

export interface GoogleOptions extends ApiOptions {
  /** The services' time. Default: the real one. Operations are due by it; delays of answers are in real time. */
  readonly now?: () => Date;
  /** What chance is drawn from. Default 1. */
  readonly seed?: number;
  /** The bearer token that is taken. */
  readonly token?: string;
}

/** One call as it came in. */
export interface Call {
  readonly method: string;
  readonly request: JsonObject;
  /** "OK", the status of the refusal, or that nothing was answered. */
  answered: string;
}

export interface GoogleServer extends FaultControl {
  /** "127.0.0.1:41234". */
  readonly endpoint: string;
  readonly port: number;
  /** For the clients' `authClient`: google-auth-library's own, with a token that never expires. */
  authClient(): InstanceType<typeof googleAuthLibrary.OAuth2Client>;
  /** Whatever the clients' constructors take to talk to this server. */
  clientOptions(): ClientOptions;
  readonly state: GoogleState;
  readonly calls: readonly Call[];
  /** Cuts every connection, is away for that long (real time), and is back on the same port with the same state. */
  restart(awayMs?: number): Promise<void>;
  close(): Promise<void>;
}

// An alias, for the clients ask for an index signature.
export type ClientOptions = {
  readonly fallback: 'rest';
  readonly apiEndpoint: string;
  readonly port: number;
  readonly protocol: 'http';
  readonly authClient: InstanceType<typeof googleAuthLibrary.OAuth2Client>;
};

/**
 * The Google Cloud APIs that a deployment uses, on loopback and for the official clients: Cloud Run, Cloud Build, Cloud Storage's
 * uploads, Artifact Registry, Monitoring and Logging. It answers from state in memory and refuses what the services refuse.
 */
export async function startGoogle(options: GoogleOptions = {}): Promise<GoogleServer> {
  const random = seeded(options.seed ?? 1);
  const world: GoogleWorld = { now: options.now ?? (() => new Date()), random };
  const token = options.token ?? 'contract-token';
  const apis = createGoogleApis(world, options);
  const faults = createFaults(seeded((options.seed ?? 1) + 1));
  const calls: Call[] = [];
  const respond = responder({ apis, faults, calls, token });
  let server = await listening(0, respond);
  const { port } = server.address() as AddressInfo;
  const authClient = () => tokenClient(token);
  return {
    ...faults,
    endpoint: `127.0.0.1:${port}`,
    port,
    authClient,
    clientOptions: () => ({
      fallback: 'rest',
      apiEndpoint: '127.0.0.1',
      port,
      protocol: 'http',
      authClient: authClient(),
    }),
    state: apis.state,
    calls,
    restart: async (awayMs = 0) => {
      await closed(server);
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      server = await listening(port, respond);
    },
    close: () => closed(server),
  };
}

interface Parts {
  readonly apis: GoogleApis;
  readonly faults: Faults;
  readonly calls: Call[];
  readonly token: string;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject | Uint8Array | null;
}

function responder(parts: Parts): (request: IncomingMessage, response: ServerResponse) => void {
  const routes = googleRoutes();
  return (request, response) => {
    void bodyOf(request)
      .then((body) => answer(parts, routes, request, body))
      .catch((error: unknown) => refused(error))
      .then((reply) => send(response, reply));
  };
}

/** Null: the connection is to be cut. */
async function answer(
  { apis, faults, calls, token }: Parts,
  routes: ReturnType<typeof googleRoutes>,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<Reply | null> {
  const url = new URL(incoming.url ?? '/', 'http://google.example');
  const verb = incoming.method ?? 'GET';
  if (incoming.headers.authorization !== `Bearer ${token}`) throw unauthenticated();
  const stored = apis.storage(verb, url, incoming.headers, body);
  const matched = stored === null ? matchRoute(routes, verb, url.pathname) : null;
  if (stored === null && matched === null) throw noSuchMethod(verb, url.pathname);
  const method = stored?.method ?? matched!.route.method;
  const call: Call = { method, request: stored?.request ?? {}, answered: '' };
  calls.push(call);
  const work = async (): Promise<Reply> => {
    if (stored !== null) return stored.answer();
    const request = readRequest(matched!.route, matched!.parts, url.searchParams, body.toString('utf8'));
    calls[calls.indexOf(call)] = Object.assign(call, { request });
    const handler = apis.handlers[method];
    if (handler === undefined) throw new Refusal('UNIMPLEMENTED', `${method} is not part of this server.`);
    const message = await handler(structuredClone(request));
    const written = writeMessage(
      matched!.route.response,
      structuredClone(message),
      enumForm(url.searchParams),
    );
    return { status: 200, body: written };
  };
  return withFaults(faults, call, work);
}

async function withFaults(faults: Faults, call: Call, work: () => Promise<Reply>): Promise<Reply | null> {
  const fault = faults.take(call.method);
  const delay = faults.delayOf(call.method);
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  call.answered = 'nothing';
  if (fault?.kind === 'lose-request') return null;
  try {
    if (fault?.kind === 'fail') throw fault.refusal;
    const reply = await work();
    if (fault?.kind === 'lose-answer') return null;
    call.answered = 'OK';
    return reply;
  } catch (error) {
    call.answered = error instanceof Refusal ? error.status : 'INTERNAL';
    throw error;
  }
}

function refused(error: unknown): Reply {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal('INTERNAL', error instanceof Error ? (error.stack ?? '') : String(error));
  return { status: httpStatusOf(refusal.status), body: errorBody(refusal) };
}

function send(response: ServerResponse, reply: Reply | null): void {
  if (reply === null) return void response.destroy();
  const bytes =
    reply.body instanceof Uint8Array ? reply.body : Buffer.from(JSON.stringify(reply.body ?? {}, null, 2));
  response
    .writeHead(reply.status, { 'content-type': 'application/json; charset=UTF-8', ...reply.headers })
    .end(bytes);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function unauthenticated(): Refusal {
  const what =
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.';
  return new Refusal('UNAUTHENTICATED', what, [
    errorInfo('ACCESS_TOKEN_TYPE_UNSUPPORTED', 'googleapis.com', {}),
  ]);
}

function noSuchMethod(verb: string, path: string): Refusal {
  return new Refusal('NOT_FOUND', `The requested URL ${path} was not found on this server (${verb}).`);
}

function listening(
  port: number,
  respond: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(respond);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The Logging client is of a generation that spreads the headers as an object; the others ask `fetch`. Both are served. */
function tokenClient(token: string): InstanceType<typeof googleAuthLibrary.OAuth2Client> {
  const client = new googleAuthLibrary.OAuth2Client();
  client.setCredentials({ access_token: token });
  const ask = client.getRequestHeaders.bind(client);
  client.getRequestHeaders = async (url) => {
    const headers = await ask(url);
    return Object.assign(headers, Object.fromEntries(headers));
  };
  return client;
}
