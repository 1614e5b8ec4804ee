import { createHash } from 'node:crypto';
import { Agent, createServer, request as ask } from 'node:http';
import type {
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  RequestListener,
  Server,
} from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { createConnection, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { fixedClock } from '../../src/io/fixed-clock.ts';
import { startProxy } from '../../src/ship/platforms/local/proxy/proxy.ts';
import type { ProxyOptions, TrafficProxy, Upstream } from '../../src/ship/platforms/local/proxy/proxy.ts';

const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

interface Revision {
  readonly upstream: Upstream;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  /** Heads as the service saw them. */
  readonly seen: IncomingMessage[];
}

/** A service on a unix socket, as revisions are in their sandboxes. */
async function revision(name: string, answer?: RequestListener): Promise<Revision> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-proxy-'));
  const path = join(folder, 'socket');
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    (answer ?? ((_, plain) => void plain.end(name)))(request, response);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  cleanUp.push(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await rm(folder, { recursive: true, force: true });
  });
  return { upstream: { revision: name, connect: { kind: 'unix', path } }, server, sockets, seen };
}

/** What speaks no HTTP, or less than that. */
async function rawRevision(name: string, serve: (socket: Socket) => void): Promise<Upstream> {
  const server: TcpServer = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { revision: name, connect: { kind: 'tcp', host: '127.0.0.1', port } };
}

const clock = fixedClock('2026-11-27T09:00:00Z');

async function proxy(options: Partial<ProxyOptions> = {}): Promise<TrafficProxy> {
  const started = await startProxy({ host: '127.0.0.1', port: 0, intervalSeconds: 10, clock, ...options });
  cleanUp.push(() => started.close(0));
  return started;
}

/** All of the traffic to the first, by shares where they are given. */
function direct(
  to: TrafficProxy,
  upstreams: readonly Upstream[],
  percents: Readonly<Record<string, number>> = { [upstreams[0]!.revision]: 100 },
  more: { readonly sticky?: boolean; readonly tags?: Readonly<Record<string, string>> } = {},
): void {
  const shares = Object.entries(percents).map(([name, percent]) => ({ revision: name, percent }));
  const tags = new Map(Object.entries(more.tags ?? {}));
  to.change(upstreams, { shares, sticky: more.sticky ?? false }, tags);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

function get(port: number, { body, ...asked }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = ask({ host: '127.0.0.1', port, ...asked }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          trailers: response.trailers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Everything that comes back on a connection until it is closed, or half a second is over. */
function raw(port: number, text: string, forMs = 500): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let seen = '';
    socket.on('data', (chunk) => (seen += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(seen));
    setTimeout(() => socket.destroy(), forMs);
  });
}

function countsOf(of: TrafficProxy, name: string): { requests: number; errors: number } {
  clock.advance(10_000);
  const all = of.intervals(name, new Date(0), new Date('2100-01-01T00:00:00Z'));
  const sum = (key: 'requests' | 'errors') => all.reduce((total, one) => total + one[key], 0);
  return { requests: sum('requests'), errors: sum('errors') };
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries += 1) await delay(10);
  expect(holds()).toBe(true);
}

function keepAlive(most: number): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: most });
  cleanUp.push(() => agent.destroy());
  return agent;
}

describe('the split', () => {
  it.each([1, 10, 50, 100])('gives a canary exactly %i per cent of a thousand requests', async (percent) => {
    const [stable, canary, p] = [await revision('stable'), await revision('canary'), await proxy()];
    direct(p, [stable.upstream, canary.upstream], { stable: 100 - percent, canary: percent });
    const agent = keepAlive(20);
    const answers = await Promise.all(Array.from({ length: 1000 }, () => get(p.port, { agent })));
    expect(answers.filter(({ body }) => body === 'canary')).toHaveLength(percent * 10);
    expect(countsOf(p, 'canary')).toEqual({ requests: percent * 10, errors: 0 });
    expect(countsOf(p, 'stable')).toEqual({ requests: 1000 - percent * 10, errors: 0 });
  });

  it('keeps a caller with its revision by a cookie that the service does not see', async () => {
    const [stable, canary, p] = [await revision('stable'), await revision('canary'), await proxy()];
    const upstreams = [stable.upstream, canary.upstream];
    direct(p, upstreams, { stable: 50, canary: 50 }, { sticky: true });
    const first = await get(p.port);
    const cookie = first.headers['set-cookie']![0]!.split(';')[0]!;
    expect(cookie).not.toMatch(/stable|canary/);
    for (let time = 0; time < 10; time += 1) {
      const again = await get(p.port, { headers: { cookie: `a=1; ${cookie}; b=2` } });
      expect([again.body, again.headers['set-cookie']]).toEqual([first.body, undefined]);
    }
    const served = first.body === 'stable' ? stable : canary;
    expect(served.seen.at(-1)!.headers.cookie).toBe('a=1; b=2');

    const other = first.body === 'stable' ? 'canary' : 'stable';
    direct(p, upstreams, { [first.body]: 0, [other]: 100 }, { sticky: true });
    const moved = await get(p.port, { headers: { cookie } });
    expect(moved.body).toBe(other);
    expect(moved.headers['set-cookie']).toHaveLength(1);
  });

  it('heeds no cookie that it did not make', async () => {
    const [stable, canary, p] = [await revision('stable'), await revision('canary'), await proxy()];
    direct(p, [stable.upstream, canary.upstream], { stable: 100, canary: 0 }, { sticky: true });
    for (const value of ['canary', '', '__proto__', 'x'.repeat(5000), '%00', '"; Path=/'])
      expect((await get(p.port, { headers: { cookie: `fettle-revision=${value}` } })).body).toBe('stable');
  });

  it('has callers stay over a restart where the key is the same', async () => {
    const [stable, canary] = [await revision('stable'), await revision('canary')];
    const cookies: string[] = [];
    for (const key of ['one', 'one', 'two']) {
      const p = await proxy({ stickyKey: key });
      direct(p, [canary.upstream, stable.upstream], { canary: 100 }, { sticky: true });
      cookies.push((await get(p.port)).headers['set-cookie']![0]!);
    }
    expect(cookies[0]).toBe(cookies[1]);
    expect(cookies[2]).not.toBe(cookies[0]);
  });
});

describe('a tag', () => {
  it('reaches its revision by host or header, outside of the split and of the counts', async () => {
    const [stable, canary, p] = [await revision('stable'), await revision('canary'), await proxy()];
    direct(p, [stable.upstream, canary.upstream], { stable: 100 }, { tags: { next: 'canary' } });
    const by = async (headers: OutgoingHttpHeaders) => (await get(p.port, { headers })).body;
    expect(await by({ host: `next.localhost:${p.port}` })).toBe('canary');
    expect(await by({ 'x-fettle-tag': 'next' })).toBe('canary');
    expect(await by({ host: 'next.elsewhere.example' })).toBe('stable');
    expect(await by({})).toBe('stable');
    expect(countsOf(p, 'canary').requests).toBe(0);
    expect(await by({ 'x-fettle-tag': 'next', 'x-fettle-probe': 'analysis' })).toBe('canary');
    expect(countsOf(p, 'canary').requests).toBe(1);
    expect(Object.keys(canary.seen.at(-1)!.headers).filter((name) => name.startsWith('x-fettle'))).toEqual(
      [],
    );
  });

  it('that nobody has is not found, rather than answered by another revision', async () => {
    const [stable, p] = [await revision('stable'), await proxy()];
    direct(p, [stable.upstream]);
    expect(await get(p.port, { headers: { host: 'gone.localhost' } })).toMatchObject({
      status: 404,
      body: 'fettle: no revision has this tag\n',
    });
    expect((await get(p.port, { headers: { 'x-fettle-tag': 'gone' } })).status).toBe(404);
  });
});

describe('what is passed on', () => {
  it('carries who asked, as the proxy saw it, and nothing of one connection', async () => {
    const [shop, p] = [await revision('shop'), await proxy()];
    direct(p, [shop.upstream]);
    await get(p.port, {
      headers: {
        host: 'shop.example',
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'https',
        forwarded: 'for=203.0.113.9',
        connection: 'close, x-private',
        'x-private': 'hop',
        te: 'trailers',
        'proxy-authorization': 'Basic YTpi',
        authorization: 'Bearer stays',
      },
    });
    const headers = shop.seen[0]!.headers;
    expect(headers).toMatchObject({
      host: 'shop.example',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop.example',
      authorization: 'Bearer stays',
    });
    for (const name of ['forwarded', 'x-private', 'te', 'proxy-authorization'])
      expect(headers).not.toHaveProperty(name);
  });

  it('is an answer without a body where there is none', async () => {
    const shop = await revision('shop', (request, response) => {
      const status = Number(request.url!.slice(1));
      response.writeHead(status, status === 200 ? { 'content-length': 5 } : {}).end();
    });
    const p = await proxy();
    direct(p, [shop.upstream]);
    const agent = keepAlive(1);
    expect((await get(p.port, { agent, method: 'HEAD', path: '/200' })).headers['content-length']).toBe('5');
    for (const status of [204, 304])
      expect(await get(p.port, { agent, path: `/${status}` })).toMatchObject({ status, body: '' });
  });

  it('is each event of a stream when it comes, and the head before the first', async () => {
    let send: (text: string) => void = () => undefined;
    const shop = await revision('shop', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      send = (text) => void response.write(text);
    });
    const p = await proxy();
    direct(p, [shop.upstream]);
    const response = await new Promise<IncomingMessage>((resolve) => {
      const request = ask({ port: p.port, host: '127.0.0.1' }, resolve);
      request.on('error', () => undefined);
      request.end();
    });
    for (const text of ['data: 1\n\n', 'data: 2\n\n']) {
      send(text);
      const [chunk] = (await Promise.race([
        new Promise((resolve) => response.once('data', (data: Buffer) => resolve([data.toString()]))),
        delay(2_000),
      ])) as [string];
      expect(chunk).toBe(text);
    }
    response.destroy();
  });

  it('is an upload no faster than the service reads it, and whole', async () => {
    const total = 24 * 1024 * 1024;
    const hash = createHash('sha256');
    let begin: () => void = () => undefined;
    const shop = await revision('shop', (request, response) => {
      request.pause();
      begin = () => {
        request.on('data', (chunk: Buffer) => hash.update(chunk));
        request.on('end', () => response.end(hash.digest('hex')));
        request.resume();
      };
    });
    const p = await proxy();
    direct(p, [shop.upstream]);
    const chunk = Buffer.alloc(64 * 1024, 'fettle');
    const expected = createHash('sha256');
    let sent = 0;
    const answer = new Promise<string>((resolve, reject) => {
      const request = ask({ port: p.port, host: '127.0.0.1', method: 'POST' }, (response) => {
        let body = '';
        response.on('data', (data: Buffer) => (body += data.toString()));
        response.on('end', () => resolve(body));
      });
      request.on('error', reject);
      const more = () => {
        while (sent < total) {
          sent += chunk.length;
          expected.update(chunk);
          if (!request.write(chunk)) return void request.once('drain', more);
        }
        request.end();
      };
      more();
    });
    await until(() => shop.seen.length === 1);
    await delay(300);
    expect(sent).toBeLessThan(total / 2);
    begin();
    expect(await answer).toBe(expected.digest('hex'));
  });

  it('waits for a client that reads slowly', async () => {
    let written = 0;
    const total = 32 * 1024 * 1024;
    const shop = await revision('shop', (_, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (written < total) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    const p = await proxy();
    direct(p, [shop.upstream]);
    const response = await new Promise<IncomingMessage>((resolve) =>
      ask({ port: p.port, host: '127.0.0.1' }, resolve).end(),
    );
    await delay(300);
    expect(written).toBeLessThan(total / 2);
    let read = 0;
    for await (const chunk of response) read += (chunk as Buffer).length;
    expect(read).toBe(total);
  });

  it('asks for a body that the client holds back until it is told to go on', async () => {
    const shop = await revision('shop', (request, response) => void request.pipe(response));
    const p = await proxy();
    direct(p, [shop.upstream]);
    const body = await new Promise<string>((resolve) => {
      const headers = { expect: '100-continue', 'content-length': 5 };
      const request = ask({ port: p.port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
        response.on('data', (data: Buffer) => resolve(data.toString()));
      });
      request.on('continue', () => request.end('hello'));
      request.flushHeaders();
    });
    expect(body).toBe('hello');
  });

  it('ends with the client: the service sees that nobody waits any more', async () => {
    let isGone = false;
    const shop = await revision('shop', (_, response) => void response.on('close', () => (isGone = true)));
    const p = await proxy();
    direct(p, [shop.upstream]);
    const request = ask({ port: p.port, host: '127.0.0.1' });
    request.on('error', () => undefined);
    request.end();
    await until(() => shop.seen.length === 1);
    request.destroy();
    await until(() => isGone);
    expect(countsOf(p, 'shop')).toEqual({ requests: 1, errors: 0 });
  });
});

function session(port: number): ClientHttp2Session {
  const opened = connectHttp2(`http://127.0.0.1:${port}`);
  opened.on('error', () => undefined);
  cleanUp.push(() => opened.destroy());
  return opened;
}

function overHttp2(
  on: ClientHttp2Session,
  headers: Record<string, string>,
  body?: string,
): Promise<{ status: number; body: string; trailers: Record<string, unknown>; code: number }> {
  return new Promise((resolve) => {
    const stream = on.request({ ':path': '/', ...headers }, { endStream: body === undefined });
    let [status, text, trailers] = [0, '', {} as Record<string, unknown>];
    stream.on('response', (head) => (status = Number(head[':status'])));
    stream.on('trailers', (given: Record<string, unknown>) => (trailers = given));
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('error', () => undefined);
    stream.on('close', () => resolve({ status, body: text, trailers, code: stream.rstCode }));
    if (body !== undefined) stream.end(body);
  });
}

describe('HTTP/2 with prior knowledge', () => {
  it('is spoken on the same port, with trailers, many requests at once', async () => {
    const shop = await revision('shop', (request, response) => {
      response.writeHead(200, { trailer: 'grpc-status' });
      request.pipe(response, { end: false });
      request.on('end', () => {
        response.addTrailers({ 'grpc-status': '0' });
        response.end();
      });
    });
    const p = await proxy();
    direct(p, [shop.upstream]);
    const on = session(p.port);
    const many = Array.from({ length: 50 }, (_, index) =>
      overHttp2(on, { ':method': 'POST', cookie: `n=${index}` }, `body ${index}`),
    );
    for (const [index, answer] of (await Promise.all(many)).entries())
      expect(answer).toMatchObject({ status: 200, body: `body ${index}`, trailers: { 'grpc-status': '0' } });
    expect(shop.seen[0]!.headers.host).toBe(`127.0.0.1:${p.port}`);
    expect(countsOf(p, 'shop')).toEqual({ requests: 50, errors: 0 });
  });

  it('has tags, refusals, and answers that break off', async () => {
    const shop = await revision('shop', (_, response) => {
      response.writeHead(200).write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const p = await proxy();
    const on = session(p.port);
    expect(await overHttp2(on, {})).toMatchObject({ status: 503, body: 'fettle: no revision has traffic\n' });
    direct(p, [shop.upstream], { shop: 100 }, { tags: { t: 'shop' } });
    expect((await overHttp2(on, { ':authority': 'nobody.localhost' })).status).toBe(404);
    expect(await overHttp2(on, { ':authority': 't.localhost' })).toMatchObject({ status: 200, code: 2 });
    expect((await overHttp2(on, { ':authority': 'a.example', host: 'b.example' })).status).toBe(400);
  });
});

function handshake(port: number, more = ''): Promise<{ socket: Socket; head: string }> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () =>
      socket.write(
        `GET /chat HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`,
      ),
    );
    cleanUp.push(() => socket.destroy());
    let seen = '';
    const look = (chunk: Buffer) => {
      seen += chunk.toString('latin1');
      if (!seen.includes('\r\n\r\n')) return;
      socket.off('data', look);
      resolve({ socket, head: seen });
    };
    socket.on('data', look);
    socket.on('error', reject);
  });
}

describe('a WebSocket', () => {
  async function echo(name: string): Promise<Revision> {
    const made = await revision(name);
    made.server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
      const accept = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    return made;
  }

  it('is carried both ways, stays where it began, and keeps its revision from being dry', async () => {
    const [old, next, p] = [await echo('old'), await revision('next'), await proxy()];
    direct(p, [old.upstream]);
    const { socket, head } = await handshake(p.port);
    expect(head).toMatch(/^HTTP\/1.1 101 /);
    expect(head).toContain('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    direct(p, [next.upstream]);
    const frame = Buffer.from([0x81, 0x85, 1, 2, 3, 4, 0x69, 0x67, 0x6f, 0x68, 0x6e]);
    const back = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    socket.write(frame);
    expect(await back).toEqual(frame);
    expect((await get(p.port)).body).toBe('next');

    let isDry = false;
    const dry = p.drained('old', 5_000).then(() => (isDry = true));
    await delay(50);
    expect(isDry).toBe(false);
    socket.destroy();
    await dry;
    await until(() => old.sockets.size === 0);
  });

  it('that the service refuses gets its answer', async () => {
    const shop = await revision('shop');
    shop.server.on('upgrade', (_: IncomingMessage, socket: Socket) =>
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno'),
    );
    const p = await proxy();
    direct(p, [shop.upstream]);
    expect((await handshake(p.port)).head).toMatch(/^HTTP\/1.1 403 Forbidden\r\n/);
  });

  it('with a body is refused, and another upgrade is passed over', async () => {
    const [shop, p] = [await echo('shop'), await proxy()];
    direct(p, [shop.upstream]);
    expect((await handshake(p.port, 'Content-Length: 5\r\n')).head).toMatch(/^HTTP\/1.1 400 /);
    const plain = await raw(
      p.port,
      'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
    );
    expect(plain).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*shop/);
  });

  it('ends when the service dies', async () => {
    const [shop, p] = [await echo('shop'), await proxy()];
    direct(p, [shop.upstream]);
    const { socket } = await handshake(p.port);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    for (const one of shop.sockets) one.destroy();
    await closed;
  });
});

describe('while traffic shifts', () => {
  it('no request is lost', async () => {
    const slow: RequestListener = (request, response) =>
      void setTimeout(() => response.end(request.url), Math.random() * 4);
    const all = [await revision('a', slow), await revision('b', slow), await revision('c', slow)];
    const p = await proxy();
    const agent = keepAlive(30);
    let [isOver, asked, changes] = [false, 0, 0];
    direct(p, [all[0]!.upstream]);
    const shifting = (async () => {
      for (; !isOver; changes += 1) {
        const [one, other] = [all[changes % 3]!.upstream, all[(changes + 1) % 3]!.upstream];
        const percent = [0, 1, 10, 50, 100][changes % 5]!;
        direct(p, [one, other], { [one.revision]: 100 - percent, [other.revision]: percent });
        await delay(5);
      }
    })();
    const on = session(p.port);
    const client = async (index: number) => {
      for (let time = 0; time < 20; time += 1) {
        asked += 1;
        const path = `/${index}/${time}`;
        if (index % 10 === 0) {
          expect(await overHttp2(on, { ':path': path })).toMatchObject({ status: 200, body: path });
        } else {
          const post = time % 2 === 0 ? {} : { method: 'POST', body: path };
          expect(await get(p.port, { agent, path, ...post })).toMatchObject({ status: 200, body: path });
        }
      }
    };
    await Promise.all(Array.from({ length: 40 }, (_, index) => client(index)));
    isOver = true;
    await shifting;
    expect([asked, changes > 10]).toEqual([800, true]);
    const counted = all.map(({ upstream }) => countsOf(p, upstream.revision));
    expect(counted.reduce((sum, { requests }) => sum + requests, 0)).toBe(800);
    expect(counted.map(({ errors }) => errors)).toEqual([0, 0, 0]);
  });

  it('what is in flight ends where it began, and then its connections are closed', async () => {
    let answer: () => void = () => undefined;
    const old = await revision('old', (_, response) => void (answer = () => response.end('old')));
    const [next, p] = [await revision('next'), await proxy()];
    direct(p, [old.upstream]);
    const underWay = get(p.port);
    await until(() => old.seen.length === 1);
    direct(p, [next.upstream]);
    expect((await get(p.port)).body).toBe('next');
    const started = performance.now();
    await p.drained('old', 100);
    expect(performance.now() - started).toBeGreaterThan(90);
    answer();
    await p.drained('old', 5_000);
    expect((await underWay).body).toBe('old');
    await until(() => old.sockets.size === 0);
  });

  it('a pooled connection that its server closed costs no request that may be asked twice', async () => {
    let served = 0;
    const fickle = await rawRevision('fickle', (socket) => {
      let isFirst = true;
      socket.on('data', () => {
        if (!isFirst) return void socket.destroy();
        isFirst = false;
        served += 1;
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
    });
    const p = await proxy();
    direct(p, [fickle]);
    for (let time = 0; time < 6; time += 1) expect((await get(p.port)).body).toBe('ok');
    expect(served).toBe(6);
    expect(countsOf(p, 'fickle')).toEqual({ requests: 6, errors: 0 });
    await get(p.port);
    expect((await get(p.port, { method: 'POST', body: 'pay' })).status).toBe(502);
  });

  it('closing lets what is in flight end, within its time', async () => {
    const shop = await revision('shop', (request, response) => {
      if (request.url === '/short') setTimeout(() => response.end('done'), 100);
    });
    const p = await proxy();
    direct(p, [shop.upstream]);
    const [short, never] = [get(p.port, { path: '/short' }), get(p.port, { path: '/never' })];
    never.catch(() => undefined);
    await until(() => shop.seen.length === 2);
    await p.close(300);
    expect((await short).body).toBe('done');
    await expect(never).rejects.toThrow();
    await expect(get(p.port)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('where no answer comes', () => {
  it('the client is told why, and it is an error of the revision', async () => {
    const p = await proxy({ headerTimeoutMs: 200 });
    expect(await get(p.port)).toMatchObject({ status: 503, body: 'fettle: no revision has traffic\n' });
    direct(p, [], { absent: 100 });
    expect(await get(p.port)).toMatchObject({
      status: 503,
      body: 'fettle: revision absent has traffic and does not run\n',
    });
    expect(countsOf(p, 'absent')).toEqual({ requests: 1, errors: 1 });
    direct(p, [{ revision: 'dead', connect: { kind: 'unix', path: '/nowhere/at/all' } }]);
    for (const method of ['GET', 'POST'])
      expect(
        await get(p.port, { method, ...(method === 'POST' ? { body: 'x'.repeat(100_000) } : {}) }),
      ).toMatchObject({ status: 502, body: 'fettle: revision dead does not listen\n' });
    expect(countsOf(p, 'dead')).toEqual({ requests: 2, errors: 2 });
    direct(p, [(await revision('slow', () => undefined)).upstream]);
    expect(await get(p.port)).toMatchObject({
      status: 504,
      body: 'fettle: revision slow did not answer in time\n',
    });
    expect(countsOf(p, 'slow')).toEqual({ requests: 1, errors: 1 });
  });

  it.each([
    ['nothing', ''],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'],
    ['a head without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`],
  ])('because a service sends %s, it is 502', async (_, text) => {
    const p = await proxy();
    direct(p, [await rawRevision('odd', (socket) => socket.on('data', () => socket.end(text)))]);
    expect(await get(p.port)).toMatchObject({
      status: 502,
      body: 'fettle: revision odd ended the connection, or did not answer in HTTP\n',
    });
    expect(countsOf(p, 'odd')).toEqual({ requests: 1, errors: 1 });
  });

  it('in whole, because the service died, the client sees that it is cut off', async () => {
    const shop = await revision('shop', (_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setTimeout(() => response.socket!.destroy(), 20);
    });
    const p = await proxy();
    direct(p, [shop.upstream]);
    await expect(get(p.port)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    expect(countsOf(p, 'shop')).toEqual({ requests: 1, errors: 1 });
  });

  it('and 500s are counted as they are passed on', async () => {
    const p = await proxy();
    direct(p, [(await revision('shop', (_, response) => void response.writeHead(500).end('oh'))).upstream]);
    expect(await get(p.port)).toMatchObject({ status: 500, body: 'oh' });
    expect(countsOf(p, 'shop')).toEqual({ requests: 1, errors: 1 });
  });
});

describe('a hostile client', () => {
  const bodies = 'POST / HTTP/1.1\r\nHost: a.example\r\n';
  it.each([
    ['both lengths', `${bodies}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${bodies}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`],
    ['a length with a sign', `${bodies}Content-Length: +4\r\n\r\nabcd`],
    ['an unknown coding', `${bodies}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a coding before the last', `${bodies}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a hidden coding', `${bodies}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['a folded field', `${bodies}Transfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n\r\nabc`],
    ['bare line feeds in a chunk', `${bodies}Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n`],
    ['a chunk size that is none', `${bodies}Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n`],
    [
      'chunks in HTTP/1.0',
      'POST / HTTP/1.0\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['a host with a path', 'GET / HTTP/1.1\r\nHost: a.example/x\r\n\r\n'],
    ['a null in a field', 'GET / HTTP/1.1\r\nHost: a.example\r\nX: a\0b\r\n\r\n'],
    ['no path', 'OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n'],
    ['a head beyond all bounds', `GET / HTTP/1.1\r\nHost: a.example\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`],
    ['a thousand fields', `GET / HTTP/1.1\r\nHost: a.example\r\n${'X: y\r\n'.repeat(1000)}\r\n`],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a.example\r\n\r\n'],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('that sends %s is refused, and what follows is not read', async (_, text) => {
    const [shop, p] = [await revision('shop'), await proxy()];
    direct(p, [shop.upstream]);
    const answer = await raw(p.port, `${text}GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|431|501) /);
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(shop.seen.filter(({ url }) => url === '/smuggled')).toEqual([]);
    expect((await get(p.port)).body).toBe('shop');
  });

  it('that asks a proxy of the whole world gets this service by the name in the target', async () => {
    const [shop, p] = [await revision('shop'), await proxy()];
    direct(p, [shop.upstream]);
    await raw(p.port, 'GET http://a.example/x?y HTTP/1.1\r\nHost: b.example\r\n\r\n', 200);
    expect([shop.seen[0]!.url, shop.seen[0]!.headers.host]).toEqual(['/x?y', 'a.example']);
    expect(await raw(p.port, 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n', 200)).not.toContain(
      '200',
    );
  });

  it('that sends its head or body drop by drop is let go', async () => {
    const shop = await revision(
      'shop',
      (request, response) => void request.resume().on('end', () => response.end()),
    );
    const p = await proxy({ requestHeadTimeoutMs: 300, bodyIdleMs: 300 });
    direct(p, [shop.upstream]);
    const started = performance.now();
    const answers = await Promise.all([
      raw(p.port, 'P', 5_000),
      raw(p.port, 'GET / HTTP/1.1\r\nHost: a.exa', 5_000),
      raw(p.port, `${bodies}Content-Length: 100\r\n\r\nabc`, 5_000),
    ]);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(answers.map((text) => text.slice(9, 12))).toEqual(['', '408', '408']);
  });

  it('that talks nonsense, or goes away at any point, does no harm to others', async () => {
    const shop = await revision('shop', (_, response) => void setTimeout(() => response.end('shop'), 5));
    const p = await proxy();
    direct(p, [shop.upstream]);
    const texts = [
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff',
      'PRI * HTTP/1.1\r\n\r\n',
      '',
      `${bodies}Content-Length: 10\r\n\r\nabc`,
      'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ];
    await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const socket = createConnection(p.port, '127.0.0.1');
        socket.on('error', () => undefined);
        socket.write(texts[index % texts.length]!, 'latin1');
        await delay(index % 15);
        socket.resetAndDestroy();
      }),
    );
    expect((await get(p.port)).body).toBe('shop');
    await p.drained('shop', 2_000);
    expect(countsOf(p, 'shop').errors).toBe(0);
  });
});
