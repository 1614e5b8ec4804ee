import { gzipSync, brotliCompressSync } from 'node:zlib';
import { createServer, connect as connectTo } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createSecureContext, rootCertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fixedClock } from '../../src/io/fixed-clock.ts';
import type { FixedClock } from '../../src/io/fixed-clock.ts';
import type { Clock } from '../../src/io/clock.ts';
import { systemClock } from '../../src/io/system-clock.ts';
import type { Http, HttpRequest, HttpResponse } from '../../src/io/http.ts';
import type { ConnectionSettings } from '../../src/io/http-origin.ts';
import { UndiciHttp } from '../../src/io/undici-http.ts';
import { selfMadeCertificate, startHostileIndex } from './hostile-index.ts';
import type { HostileIndex } from './hostile-index.ts';

const certificate = selfMadeCertificate();
const trust =
  certificate === null ? null : createSecureContext({ ca: [...rootCertificates, certificate.certificate] });

let clock: FixedClock;
const opened: { close(): Promise<void> }[] = [];

function openHttp(
  environment: Record<string, string> = {},
  time: Clock = clock,
  authorities: ConnectionSettings['trust'] = () => Promise.resolve(trust),
): UndiciHttp {
  const http = new UndiciHttp({
    environment,
    clock: time,
    random: () => 1,
    connection: { trust: authorities, connectTimeoutMs: 5_000 },
  });
  opened.push(http);
  return http;
}

async function openIndex(...options: Parameters<typeof startHostileIndex>): Promise<HostileIndex> {
  const index = await startHostileIndex(...options);
  opened.push(index);
  return index;
}

beforeEach(() => {
  clock = fixedClock('2026-11-23T00:00:00Z');
});

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function reasonOf(http: Http, request: HttpRequest): Promise<string> {
  const result = await http.request(request);
  expect(result.kind).toBe('failure');
  return result.kind === 'failure' ? result.reason : '';
}

async function answerOf(http: Http, request: HttpRequest): Promise<HttpResponse & { readonly text: string }> {
  const result = await http.request(request);
  if (result.kind === 'failure') throw new Error(result.reason);
  return { ...result, text: Buffer.from(result.body).toString('utf8') };
}

describe('an answer', () => {
  it('comes with its status, lower-case header names, body and address', async () => {
    const index = await openIndex();
    index.script('/simple/', { body: 'hello', headers: { 'X-Serial': '7' } });
    const answer = await answerOf(openHttp(), { url: `${index.origin}/simple/` });
    expect(answer).toMatchObject({ status: 200, text: 'hello', url: `${index.origin}/simple/` });
    expect(answer.headers['x-serial']).toBe('7');
  });

  it.each([400, 401, 403, 404, 410, 416])(
    'of %i is a response and is not asked for again',
    async (status) => {
      const index = await openIndex();
      index.script('/', { status, body: 'why' });
      expect(await answerOf(openHttp(), { url: `${index.origin}/` })).toMatchObject({ status, text: 'why' });
      expect(index.seen).toHaveLength(1);
    },
  );

  it('of 304 to a conditional request is a response without a body', async () => {
    const index = await openIndex();
    index.script('/', { status: 304, headers: { etag: '"1"' } });
    const url = `${index.origin}/`;
    const answer = await answerOf(openHttp(), { url, headers: { 'If-None-Match': '"1"' } });
    expect(answer).toMatchObject({ status: 304, text: '' });
    expect(index.seen[0]!.headers['if-none-match']).toBe('"1"');
  });

  it.each([
    ['gzip', gzipSync('text '.repeat(1000))],
    ['br', brotliCompressSync('text '.repeat(1000))],
  ])('in %s is decoded', async (encoding, body) => {
    const index = await openIndex();
    index.script('/', { body, headers: { 'content-encoding': encoding } });
    expect((await answerOf(openHttp(), { url: `${index.origin}/` })).text).toBe('text '.repeat(1000));
    expect(index.seen[0]!.headers['accept-encoding']).toContain(encoding);
  });

  it('to HEAD has no body, whatever length it declares', async () => {
    const index = await openIndex();
    index.script('/', { declaredLength: 5000 });
    const answer = await answerOf(openHttp(), { url: `${index.origin}/`, method: 'HEAD' });
    expect(answer.headers['content-length']).toBe('5000');
    expect(answer.body).toHaveLength(0);
  });

  it('without TLS comes without anybody having read authorities', async () => {
    const index = await openIndex();
    index.script('/', { body: 'page' });
    const http = openHttp({}, clock, () => expect.unreachable('nothing is secure here'));
    expect((await answerOf(http, { url: `${index.origin}/` })).text).toBe('page');
  });

  it('to POST is of the body that was sent', async () => {
    const index = await openIndex();
    index.script('/query', { body: '{}' });
    await answerOf(openHttp(), { url: `${index.origin}/query`, method: 'POST', body: '{"a":"ü"}' });
    expect(index.seen[0]).toMatchObject({ method: 'POST', body: '{"a":"ü"}' });
  });

  it('with a header named __proto__ changes no prototype', async () => {
    const index = await openIndex();
    index.script('/', { headers: JSON.parse('{"__proto__": "x"}') as Record<string, string> });
    const { headers } = await answerOf(openHttp(), { url: `${index.origin}/` });
    expect(Object.getPrototypeOf(headers)).toBeNull();
    expect(headers['__proto__']).toBe('x');
  });
});

describe('a range', () => {
  it.each([
    [{ start: 0, end: 99 }, 'bytes=0-99'],
    [{ start: 100 }, 'bytes=100-'],
    [{ start: -500 }, 'bytes=-500'],
  ])('%j is asked for as %s, without an encoding', async (range, header) => {
    const index = await openIndex();
    index.script('/wheel', { status: 206, body: 'part' });
    expect((await answerOf(openHttp(), { url: `${index.origin}/wheel`, range })).status).toBe(206);
    expect(index.seen[0]!.headers).toMatchObject({ range: header, 'accept-encoding': 'identity' });
  });

  it('that the server answers with the whole is a response of 200', async () => {
    const index = await openIndex();
    index.script('/wheel', { body: 'all of it' });
    const answer = await answerOf(openHttp(), { url: `${index.origin}/wheel`, range: { start: -3 } });
    expect(answer).toMatchObject({ status: 200, text: 'all of it' });
  });
});

describe('retries', () => {
  it.each([429, 500, 502, 503, 504])('%i is asked again until it passes', async (status) => {
    const index = await openIndex();
    index.script('/', { status, times: 3 }, { body: 'at last' });
    expect((await answerOf(openHttp(), { url: `${index.origin}/` })).text).toBe('at last');
    expect(index.seen).toHaveLength(4);
  });

  it('back off exponentially', async () => {
    const index = await openIndex();
    index.script('/', { status: 503 });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/` })).toBe(
      `${new URL(index.origin).host} answered 503 four times`,
    );
    expect(clock.sleeps).toEqual([250, 500, 1000]);
  });

  it('name the last problem where they were different', async () => {
    const index = await openIndex();
    index.script('/', { status: 503, times: 3 }, { status: 500 });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/` })).toMatch(
      / answered 500 \(tried four times\)$/,
    );
  });

  it.each([
    ['7', 7000],
    ['Mon, 23 Nov 2026 00:00:09 GMT', 9000],
    ['Sun, 22 Nov 2026 00:00:00 GMT', 250],
    ['soon', 250],
    ['-5', 250],
  ])('wait as Retry-After: %s asks', async (header, ms) => {
    const index = await openIndex();
    index.script('/', { status: 429, headers: { 'retry-after': header } }, { body: 'ok' });
    await answerOf(openHttp(), { url: `${index.origin}/` });
    expect(clock.sleeps).toEqual([ms]);
  });

  it('do not wait for a server that asks for an hour', async () => {
    const index = await openIndex();
    index.script('/', { status: 429, headers: { 'retry-after': '3600' } });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/` })).toMatch(
      / answered 429 and asks to wait longer/,
    );
    expect(clock.sleeps).toEqual([]);
  });

  it('end with the time that the request has', async () => {
    const index = await openIndex();
    index.script('/', { status: 503, headers: { 'retry-after': '20' } });
    const request = { url: `${index.origin}/`, timeoutMs: 30_000 };
    expect(await reasonOf(openHttp(), request)).toMatch(/ answered 503 twice$/);
  });

  it('cover connections that break', async () => {
    const index = await openIndex();
    index.script(
      '/',
      { breaks: 'before-answer' },
      { breaks: 'in-body', body: 'x'.repeat(100) },
      { body: 'ok' },
    );
    expect((await answerOf(openHttp(), { url: `${index.origin}/` })).text).toBe('ok');
  });
});

describe('no usable answer is a failure in one sentence', () => {
  it('when nobody listens', async () => {
    const index = await startHostileIndex();
    const { host } = new URL(index.origin);
    await index.close();
    expect(await reasonOf(openHttp(), { url: `${index.origin}/` })).toBe(
      `no connection to ${host}: connection refused (tried four times)`,
    );
  });

  it('when the host does not exist: at once', async () => {
    expect(await reasonOf(openHttp(), { url: 'http://nowhere.invalid/' })).toMatch(
      /^no connection to nowhere\.invalid: (there is no host of that name|the name could not be looked up.*)$/,
    );
  });

  it('when the body is cut off', async () => {
    const index = await openIndex();
    index.script('/', { breaks: 'in-body', body: 'x'.repeat(4096), declaredLength: 4096 });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/` })).toMatch(
      / was cut off after 2,048 of 4,096 bytes \(tried four times\)$/,
    );
  });

  it('when the length is a lie', async () => {
    const index = await openIndex();
    index.script('/', { body: 'x'.repeat(10), declaredLength: 4096 });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/` })).toMatch(
      / was cut off after 10 of 4,096 bytes/,
    );
  });

  it('when nothing comes within its time', async () => {
    const index = await openIndex();
    index.script('/', { breaks: 'never' });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/`, timeoutMs: 150 })).toMatch(
      / did not answer within 0.15 s$/,
    );
  });

  it('when the body never ends, by time', async () => {
    const index = await openIndex();
    index.script('/', { endless: true, body: 'x' });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/`, timeoutMs: 150 })).toMatch(
      / was not complete after 0.15 s \(\d+ bytes had come\)$/,
    );
  });

  it('when the body never ends, by size', async () => {
    const index = await openIndex();
    index.script('/', { endless: true, body: 'x'.repeat(1000) });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/`, maxBytes: 5000 })).toMatch(
      /^the answer of .* is larger than 5,000 bytes$/,
    );
    expect(index.seen).toHaveLength(1);
  });

  it('when it declares to be too large, before its body is read', async () => {
    const index = await openIndex();
    index.script('/', { breaks: 'in-body', body: 'ab', declaredLength: 10_000_000 });
    const request = { url: `${index.origin}/`, maxBytes: 1024 * 1024 };
    expect(await reasonOf(openHttp(), request)).toMatch(/ is larger than 1 MiB$/);
  });

  it.each(['gzip', 'br'])('when a small %s becomes too large', async (encoding) => {
    const index = await openIndex();
    const zeros = Buffer.alloc(8 * 1024 * 1024);
    const body = encoding === 'gzip' ? gzipSync(zeros) : brotliCompressSync(zeros);
    expect(body.length).toBeLessThan(100_000);
    index.script('/', { body, headers: { 'content-encoding': encoding } });
    const request = { url: `${index.origin}/`, maxBytes: 1024 * 1024 };
    expect(await reasonOf(openHttp(), request)).toMatch(/ is larger than 1 MiB$/);
  });

  it.each([
    ['is not gzip', 'plain text', 'gzip', / is not encoded as it says$/],
    ['is half a gzip', gzipSync('x'.repeat(10_000)).subarray(0, 20), 'gzip', / was cut off after 20 bytes/],
    ['is in an encoding nobody asked for', 'x', 'zstd', / is encoded in a way that was not asked for$/],
  ])('when it %s', async (_, body, encoding, expected) => {
    const index = await openIndex();
    index.script('/', { body, headers: { 'content-encoding': encoding } });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/` })).toMatch(expected);
  });

  it('when it is not HTTP', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end('SSH-2.0-OpenSSH\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await reasonOf(openHttp(), { url: `http://127.0.0.1:${port}/` })).toMatch(
      / something that is not HTTP$/,
    );
    server.close();
  });

  it.each(['not a url', 'file:///etc/passwd', 'ftp://index.example/'])(
    'when the address is %s',
    async (url) => {
      expect(await reasonOf(openHttp(), { url })).toMatch(/not/);
    },
  );

  it('after close', async () => {
    const index = await openIndex();
    const http = openHttp();
    await http.close();
    expect((await http.request({ url: `${index.origin}/` })).kind).toBe('failure');
    expect(index.seen).toEqual([]);
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('%i is followed, and the last address is told', async (status) => {
    const index = await openIndex();
    index.script('/a', { status, headers: { location: '../b?x=1' } });
    index.script('/b?x=1', { body: 'here' });
    expect(await answerOf(openHttp(), { url: `${index.origin}/a` })).toMatchObject({
      text: 'here',
      url: `${index.origin}/b?x=1`,
    });
  });

  it.each([
    [303, 'GET', ''],
    [302, 'GET', ''],
    [307, 'POST', 'query'],
  ])('%i of a POST becomes %s', async (status, method, body) => {
    const index = await openIndex();
    index.script('/a', { status, headers: { location: '/b' } });
    index.script('/b', { body: 'here' });
    await answerOf(openHttp(), { url: `${index.origin}/a`, method: 'POST', body: 'query' });
    expect(index.seen[1]).toMatchObject({ method, body });
  });

  it('in a circle are told', async () => {
    const index = await openIndex();
    index.script('/a', { status: 302, headers: { location: '/b' } });
    index.script('/b', { status: 302, headers: { location: '/a' } });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/a` })).toMatch(/ redirects in a circle$/);
    expect(index.seen).toHaveLength(2);
  });

  it('without an end are told after ten', async () => {
    const index = await openIndex();
    for (let n = 0; n < 20; n++) index.script(`/${n}`, { status: 302, headers: { location: `/${n + 1}` } });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/0` })).toMatch(
      / redirects more than 10 times$/,
    );
    expect(index.seen).toHaveLength(11);
  });

  it.each(['file:///etc/passwd', 'data:text/plain,x', 'javascript:alert(1)'])(
    'to %s are refused',
    async (location) => {
      const index = await openIndex();
      index.script('/', { status: 302, headers: { location } });
      expect(await reasonOf(openHttp(), { url: `${index.origin}/` })).toMatch(/addresses are not asked$/);
    },
  );
});

describe('credentials', () => {
  const basic = `Basic ${Buffer.from('ann:s3cret').toString('base64')}`;

  it('are sent to the origin that they are for, and along a redirect within it', async () => {
    const index = await openIndex();
    index.script('/a', { status: 302, headers: { location: '/b' } });
    index.script('/b', { body: 'here' });
    const credentials = { username: 'ann', password: 's3cret' };
    await answerOf(openHttp(), { url: `${index.origin}/a`, credentials });
    expect(index.seen.map(({ headers }) => headers['authorization'])).toEqual([basic, basic]);
  });

  it('in a URL are used and never shown', async () => {
    const index = await openIndex();
    index.script('/a', { body: 'here' });
    const url = `${index.origin.replace('//', '//ann:s3cret@')}/a`;
    expect((await answerOf(openHttp(), { url })).url).toBe(`${index.origin}/a`);
    expect(index.seen[0]!.headers['authorization']).toBe(basic);
    index.script('/a', { status: 503 });
    expect(JSON.stringify(await openHttp().request({ url }))).not.toContain('s3cret');
  });

  it.each([
    [
      'given apart',
      (origin: string) => ({ url: `${origin}/a`, credentials: { username: 'ann', password: 's3cret' } }),
    ],
    ['in the URL', (origin: string) => ({ url: `${origin.replace('//', '//ann:s3cret@')}/a` })],
    [
      'in headers',
      (origin: string) => ({ url: `${origin}/a`, headers: { Authorization: basic, Cookie: 'id=1' } }),
    ],
  ])('%s do not go along to another origin, nor on from there', async (_, request) => {
    const [index, other] = [await openIndex(), await openIndex()];
    index.script('/a', { status: 302, headers: { location: `${other.origin}/b` } });
    other.script('/b', { status: 307, headers: { location: `${index.origin}/c` } });
    index.script('/c', { body: 'here' });
    await answerOf(openHttp(), request(index.origin));
    expect(index.seen[0]!.headers['authorization']).toBe(basic);
    for (const { headers } of [other.seen[0]!, index.seen[1]!]) {
      expect(headers).not.toHaveProperty('authorization');
      expect(headers).not.toHaveProperty('cookie');
    }
  });

  it('that a Location carries are not used', async () => {
    const [index, other] = [await openIndex(), await openIndex()];
    index.script('/a', { status: 302, headers: { location: `${other.origin.replace('//', '//eve:x@')}/b` } });
    other.script('/b', { body: 'here' });
    expect((await answerOf(openHttp(), { url: `${index.origin}/a` })).url).toBe(`${other.origin}/b`);
    expect(other.seen[0]!.headers).not.toHaveProperty('authorization');
  });
});

describe('proxies', () => {
  it('get the whole address of a plain request, and their own credentials', async () => {
    const proxy = await openIndex();
    proxy.scriptOthers({ body: 'by proxy' });
    const http = openHttp({ HTTP_PROXY: proxy.origin.replace('//', '//me:pw@') });
    expect((await answerOf(http, { url: 'http://index.example/simple/?a=b' })).text).toBe('by proxy');
    expect(proxy.seen[0]).toMatchObject({ path: 'http://index.example/simple/?a=b' });
    expect(proxy.seen[0]!.headers).toMatchObject({
      host: 'index.example',
      'proxy-authorization': `Basic ${Buffer.from('me:pw').toString('base64')}`,
    });
  });

  it('are passed by for hosts in NO_PROXY', async () => {
    const [proxy, index] = [await openIndex(), await openIndex()];
    index.script('/', { body: 'direct' });
    const http = openHttp({ http_proxy: proxy.origin, no_proxy: '127.0.0.1' });
    expect((await answerOf(http, { url: `${index.origin}/` })).text).toBe('direct');
    expect(proxy.seen).toEqual([]);
  });

  it('that cannot be used are told', async () => {
    const http = openHttp({ ALL_PROXY: 'socks5://127.0.0.1:1' });
    expect(await reasonOf(http, { url: 'http://index.example/' })).toBe(
      'no connection to index.example: the proxy named in the environment is not an http or https address',
    );
  });
});

describe.skipIf(certificate === null)('TLS (needs openssl for a certificate)', () => {
  /** Relays CONNECT, as a proxy does, and notes what was asked for. */
  const asked: string[] = [];
  let refuses = false;
  const tunnel = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (head) => {
      asked.push(head.toString('latin1'));
      if (refuses) return void socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      const [, port] = /^CONNECT [^:]+:(\d+)/.exec(head.toString('latin1')) ?? [];
      const upstream = connectTo(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on('error', () => socket.destroy());
    });
  });
  let proxyOrigin = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => tunnel.listen(0, '127.0.0.1', resolve));
    proxyOrigin = `http://me:pw@127.0.0.1:${(tunnel.address() as AddressInfo).port}`;
  });
  afterAll(() => void tunnel.close());

  it('two hundred requests to an HTTP/2 server run at once on one connection', async () => {
    const index = await openIndex({ certificate: certificate! });
    index.scriptOthers({ body: 'page', delayMs: 100 });
    const http = openHttp();
    const urls = Array.from({ length: 200 }, (_, n) => `${index.origin}/${n}/`);
    const answers = await Promise.all(urls.map((url) => answerOf(http, { url })));
    expect(answers.every(({ text }) => text === 'page')).toBe(true);
    expect(new Set(index.seen.map(({ httpVersion }) => httpVersion))).toEqual(new Set(['2.0']));
    expect(index.connections).toBe(1);
    expect(index.mostAtOnce).toBe(200);
  });

  it.each([1, 10, 100])('a server that allows %i streams is given no more', async (maxStreams) => {
    const index = await openIndex({ certificate: certificate!, maxStreams });
    index.scriptOthers({ body: 'page', delayMs: 2 });
    const http = openHttp();
    await answerOf(http, { url: `${index.origin}/first/` });
    await Promise.all(
      Array.from({ length: 200 }, (_, n) => answerOf(http, { url: `${index.origin}/${n}/` })),
    );
    expect(index.connections).toBe(1);
    expect(index.mostAtOnce).toBeLessThanOrEqual(maxStreams);
  });

  it('a server that allows few streams answers a first burst all the same', async () => {
    const index = await openIndex({ certificate: certificate!, maxStreams: 10 });
    index.scriptOthers({ body: 'page', delayMs: 2 });
    const http = openHttp({}, systemClock);
    const urls = Array.from({ length: 200 }, (_, n) => `${index.origin}/${n}/`);
    const answers = await Promise.all(urls.map((url) => answerOf(http, { url })));
    expect(answers.every(({ text }) => text === 'page')).toBe(true);
  });

  it('queries by POST run at once too', async () => {
    const index = await openIndex({ certificate: certificate! });
    index.scriptOthers({ body: '{}', delayMs: 100 });
    const http = openHttp();
    const query = { method: 'POST', body: '{}' } as const;
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => answerOf(http, { ...query, url: `${index.origin}/${n}` })),
    );
    expect(index.mostAtOnce).toBe(20);
  });

  it('close breaks off every stream first, then the connection, and waits for nobody', async () => {
    const index = await openIndex({ certificate: certificate! });
    index.scriptOthers({ body: 'x'.repeat(5000), delayMs: 60_000 });
    index.script('/first/', { body: 'page' });
    const http = openHttp();
    await answerOf(http, { url: `${index.origin}/first/` });
    const asked = Array.from({ length: 100 }, (_, n) => http.request({ url: `${index.origin}/${n}/` }));
    await vi.waitFor(() => expect(index.seen.length).toBe(101));
    await http.close();
    const kinds = new Set((await Promise.all(asked)).map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['failure']));
    await vi.waitFor(() => expect(index.openSessions).toBe(0));
  });

  it('a server without HTTP/2 is asked over several connections, one request each at a time', async () => {
    const index = await openIndex({ certificate: certificate!, http2: false });
    index.scriptOthers({ body: 'page', delayMs: 30 });
    const http = openHttp();
    await Promise.all(Array.from({ length: 30 }, (_, n) => answerOf(http, { url: `${index.origin}/${n}/` })));
    expect(new Set(index.seen.map(({ httpVersion }) => httpVersion))).toEqual(new Set(['1.1']));
    expect(index.connections).toBe(6);
    expect(index.mostAtOnce).toBe(6);
  });

  it.each([
    ['before the answer', { breaks: 'before-answer' as const }],
    ['in a body of known length', { breaks: 'in-body' as const, body: 'x'.repeat(100) }],
    [
      'in a body of unknown length',
      { breaks: 'in-body' as const, body: 'x'.repeat(100), declaredLength: null },
    ],
  ])('a stream that is reset %s is asked for again, and the others go on', async (_, broken) => {
    const index = await openIndex({ certificate: certificate! });
    index.scriptOthers({ body: 'page', delayMs: 50 });
    index.script('/broken/', broken, { body: 'whole' });
    const http = openHttp();
    const urls = ['/1/', '/broken/', '/2/'].map((path) => `${index.origin}${path}`);
    const answers = await Promise.all(urls.map((url) => answerOf(http, { url })));
    expect(answers.map(({ text }) => text)).toEqual(['page', 'whole', 'page']);
    expect(index.connections).toBe(1);
  });

  it('a connection that goes down under many requests loses none of them', async () => {
    const index = await openIndex({ certificate: certificate! });
    index.scriptOthers({ body: 'page', delayMs: 200 });
    const http = openHttp({}, systemClock);
    const answers = Array.from({ length: 50 }, (_, n) => answerOf(http, { url: `${index.origin}/${n}/` }));
    while (index.seen.length < 20) await delay(1);
    index.dropConnections();
    expect((await Promise.all(answers)).every(({ text }) => text === 'page')).toBe(true);
    expect(index.connections).toBeGreaterThan(1);
  });

  it('a server that sends its clients away, again and again, answers them all', async () => {
    const index = await openIndex({ certificate: certificate! });
    index.scriptOthers({ body: 'page', delayMs: 60 });
    const http = openHttp({}, systemClock);
    const answers = Array.from({ length: 300 }, (_, n) => answerOf(http, { url: `${index.origin}/${n}/` }));
    for (const count of [20, 250]) {
      while (index.seen.length < count) await delay(1);
      index.goAway();
    }
    expect((await Promise.all(answers)).every(({ text }) => text === 'page')).toBe(true);
    expect(index.connections).toBeGreaterThan(1);
  });

  it('an answer that is given up leaves the connection to the others', async () => {
    const index = await openIndex({ certificate: certificate! });
    index.scriptOthers({ body: 'page' });
    index.script('/endless/', { endless: true, body: 'x'.repeat(1000) });
    index.script('/never/', { breaks: 'never' });
    const http = openHttp();
    await reasonOf(http, { url: `${index.origin}/endless/`, maxBytes: 10_000 });
    await reasonOf(http, { url: `${index.origin}/never/`, timeoutMs: 100 });
    expect((await answerOf(http, { url: `${index.origin}/1/` })).text).toBe('page');
    expect(index.connections).toBe(1);
  });

  it('a server that nobody vouches for is refused, at once', async () => {
    const index = await openIndex({ certificate: certificate! });
    const http = openHttp({}, clock, () => Promise.resolve(null));
    expect(await reasonOf(http, { url: `${index.origin}/` })).toMatch(
      /: its certificate is self-signed and not trusted/,
    );
    expect(clock.sleeps).toEqual([]);
  });

  it('authorities are read ahead of the first request where one is expected', async () => {
    const index = await openIndex({ certificate: certificate! });
    index.scriptOthers({ body: 'page' });
    let read = 0;
    const counted = (): ReturnType<ConnectionSettings['trust']> => {
      read += 1;
      return Promise.resolve(trust);
    };
    const http = openHttp({}, clock, counted);
    http.prepare();
    expect(read).toBe(1);
    expect(index.connections).toBe(0);
    expect((await answerOf(http, { url: `${index.origin}/` })).text).toBe('page');
  });

  it('a redirect from https to http is not followed', async () => {
    const [index, other] = [await openIndex({ certificate: certificate! }), await openIndex()];
    index.script('/', { status: 302, headers: { location: `${other.origin}/` } });
    expect(await reasonOf(openHttp(), { url: `${index.origin}/` })).toMatch(
      / without encryption, which is not followed$/,
    );
    expect(other.seen).toEqual([]);
  });

  it('a redirect from http to https and back is followed, the first having been open', async () => {
    const [index, other] = [await openIndex({ certificate: certificate! }), await openIndex()];
    other.script('/a', { status: 302, headers: { location: `${index.origin}/b` } });
    index.script('/b', { status: 302, headers: { location: `${other.origin}/c` } });
    other.script('/c', { body: 'here' });
    expect((await answerOf(openHttp(), { url: `${other.origin}/a` })).text).toBe('here');
  });

  it('goes through a proxy by a tunnel, in which HTTP/2 is spoken', async () => {
    const index = await openIndex({ certificate: certificate! });
    index.scriptOthers({ body: 'page', delayMs: 50 });
    const http = openHttp({ HTTPS_PROXY: proxyOrigin });
    asked.length = 0;
    await Promise.all(Array.from({ length: 20 }, (_, n) => answerOf(http, { url: `${index.origin}/${n}` })));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(new RegExp(`^CONNECT localhost:${new URL(index.origin).port} HTTP/1.1\r\n`));
    expect(asked[0]).toMatch(/^proxy-authorization: Basic bWU6cHc=/im);
    expect(index.seen[0]!.httpVersion).toBe('2.0');
    expect(index.seen[0]!.headers).not.toHaveProperty('proxy-authorization');
  });

  it('a proxy that refuses is named, without its credentials', async () => {
    refuses = true;
    const http = openHttp({ HTTPS_PROXY: proxyOrigin });
    const reason = await reasonOf(http, { url: 'https://index.example/' });
    refuses = false;
    expect(reason).toMatch(/^no connection to index\.example: the proxy 127\.0\.0\.1:\d+ answered 403$/);
  });
});
