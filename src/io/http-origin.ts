import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Dispatcher, buildConnector as ConnectorBuilder } from 'undici';
import buildConnector from 'undici/lib/core/connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { basicAuthorization, splitCredentials } from './url-credentials.ts';

type Connector = ConnectorBuilder.connector;

/** What every connection is made with. */
export interface ConnectionSettings {
  /** The authorities of TLS; null: Node's own. To read them takes longer than most answers, so they are asked for where something is secure. */
  readonly trust: () => Promise<SecureContext | null>;
  readonly connectTimeoutMs: number;
}

/** What the connections to one origin are made with. */
interface Means {
  readonly connectTimeoutMs: number;
  readonly secureContext?: SecureContext;
}

/** Requests at one time on the one HTTP/2 connection; a server that allows fewer streams is given as many as it allows. */
const STREAMS = 200;
/** What is taken for granted until the server has told its limit (RFC 9113, 6.5.2 asks for 100 at the least). */
const STREAMS_AT_FIRST = 100;
/** As browsers do. */
const HTTP1_CONNECTIONS = 6;
/** Flow-control windows that a fast line with a long way to go can fill (bandwidth times delay). */
const STREAM_WINDOW = 4 * 1024 * 1024;
const CONNECTION_WINDOW = 32 * 1024 * 1024;

/**
 * Connects to one origin, by a CONNECT tunnel where a proxy stands between, and gives the dispatcher for it. The
 * first connection tells the protocol, since undici must know before: HTTP/2 sends many requests at once over it
 * (`pipelining`, 1 unless it is raised), HTTP/1.1 must not, and opens several connections instead.
 */
export async function openOrigin(
  origin: URL,
  proxy: URL | null,
  settings: ConnectionSettings,
): Promise<Dispatcher> {
  const connector = connectorFor(origin, proxy, await meansFor([origin, proxy], settings));
  const first = await firstSocket(connector, origin);
  const multiplexed = 'alpnProtocol' in first && first.alpnProtocol === 'h2';
  let unused: Socket | null = first;
  // Until the pool takes it over, a connection that breaks must not end the process.
  first.on('error', () => (unused = null));
  const connect: Connector = (options, callback) => {
    const ready = unused;
    unused = null;
    if (ready === null || ready.destroyed) return connector(options, callback);
    queueMicrotask(() => callback(null, ready));
  };
  return new Pool(origin.origin, {
    connect,
    allowH2: true,
    connections: multiplexed ? 1 : HTTP1_CONNECTIONS,
    pipelining: multiplexed ? STREAMS : 1,
    maxConcurrentStreams: STREAMS_AT_FIRST,
    initialWindowSize: STREAM_WINDOW,
    connectionWindowSize: CONNECTION_WINDOW,
    // The time bound is the request's own, over everything.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

async function meansFor(
  ends: readonly (URL | null)[],
  { trust, connectTimeoutMs }: ConnectionSettings,
): Promise<Means> {
  const isSecure = ends.some((end) => end?.protocol === 'https:');
  const secureContext = isSecure ? await trust() : null;
  return secureContext === null ? { connectTimeoutMs } : { connectTimeoutMs, secureContext };
}

function firstSocket(connector: Connector, origin: URL): Promise<Socket> {
  const { host, protocol, port } = origin;
  const hostname = withoutBrackets(origin.hostname);
  return new Promise((resolve, reject) => {
    connector({ host, hostname, protocol, port }, (...[error, socket]) =>
      error === null ? resolve(socket) : reject(error),
    );
  });
}

function connectorFor(origin: URL, proxy: URL | null, means: Means): Connector {
  const { connectTimeoutMs: timeout, ...trusted } = means;
  const secure = buildConnector({ allowH2: true, timeout, ...trusted });
  if (proxy === null || origin.protocol === 'http:') return secure;
  return (options, callback) => {
    openTunnel(origin, proxy, means).then(
      (httpSocket) => secure({ ...options, httpSocket }, callback),
      (error: Error) => callback(error, null),
    );
  };
}

/** A connection to an https origin through a proxy: RFC 9110, 9.3.6. */
function openTunnel(
  origin: URL,
  proxy: URL,
  { connectTimeoutMs: timeout, ...trusted }: Means,
): Promise<Socket> {
  const target = `${origin.hostname}:${origin.port || '443'}`;
  return new Promise((resolve, reject) => {
    const request = (proxy.protocol === 'https:' ? secureRequest : plainRequest)({
      host: withoutBrackets(proxy.hostname),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      agent: false,
      timeout,
      headers: { host: target, ...proxyAuthorization(proxy) },
      ...trusted,
    });
    request.on('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new ProxyRefusal(proxy.host, response.statusCode ?? 0));
    });
    // Some proxies refuse with an ordinary answer and a body.
    request.on('response', (response) => {
      response.resume();
      reject(new ProxyRefusal(proxy.host, response.statusCode ?? 0));
    });
    request.on('timeout', () => request.destroy(new Error('the proxy did not answer')));
    request.on('error', reject);
    request.end();
  });
}

/** The proxy itself said no. */
export class ProxyRefusal extends Error {
  override readonly name = 'ProxyRefusal';

  constructor(proxyHost: string, status: number) {
    super(`the proxy ${proxyHost} answered ${status}`);
  }
}

/** The environment names something as a proxy that cannot be one. */
export class UnusableProxy extends Error {
  override readonly name = 'UnusableProxy';

  constructor() {
    super('the proxy named in the environment is not an http or https address');
  }
}

/** The header that tells a proxy who asks, from the credentials in its URL. */
export function proxyAuthorization(proxy: URL): Readonly<Record<string, string>> {
  const { credentials } = splitCredentials(proxy);
  return credentials === null ? {} : { 'proxy-authorization': basicAuthorization(credentials) };
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
