import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuditRow, PageProblem } from '../../src/show/web/page-api.ts';
import { auditOf, cookieOf, pageBench, remove, TOKEN, userOf } from './page-bench.ts';
import type { Answer, BenchOptions, PageBench } from './page-bench.ts';

let bench: PageBench;

async function open(options: BenchOptions = {}): Promise<void> {
  bench = await pageBench(options);
}

afterEach(async () => {
  expect(bench.bugs).toEqual([]);
  await bench.close();
  remove(bench.folder);
});

function signIn(token: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { origin } = bench.server;
  return bench.ask('/sign-in', {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  });
}

describe('the server', () => {
  it('answers nobody who is not signed in', async () => {
    await open();
    for (const path of ['services', 'runs', 'runs/x', 'rollouts', 'rollouts/x', 'audit', 'events', 'session'])
      expect([path, (await bench.ask(`/api/${path}`)).status]).toEqual([path, 401]);
    for (const path of ['/', '/services', '/runs', '/runs/x', '/rollouts', '/rollouts/x', '/audit']) {
      const { status, body } = await bench.ask(path);
      expect(status).toBe(401);
      expect(body).toContain('{"session":null,"ways":{"oidc":null,"token":true},"problem":null}');
    }
    expect((await bench.ask('/api/session', { headers: { cookie: 'fettle-1=forged' } })).status).toBe(401);
  });

  it('sends strict headers with every answer', async () => {
    await open();
    for (const path of ['/', '/api/session', '/nothing', '/sign-in']) {
      const { headers } = await bench.ask(path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'/,
      );
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
    const [script] = /\/assets\/page\.[0-9a-f]+\.js/.exec((await bench.ask('/')).body)!;
    expect((await bench.ask(script)).headers['cache-control']).toContain('immutable');
  });

  it('is called by its own names alone', async () => {
    await open();
    const { host } = new URL(bench.server.origin);
    expect(
      (await bench.ask('/sign-in', { headers: { host: host.replace('127.0.0.1', 'localhost') } })).status,
    ).toBe(200);
    for (const other of ['evil.example', `evil.example:${new URL(bench.server.origin).port}`, '127.0.0.1']) {
      const answer = await bench.ask('/sign-in', { headers: { host: other } });
      expect([other, answer.status, answer.json<PageProblem>().code]).toEqual([other, 421, 'wrong-host']);
    }
    expect(
      (await auditOf(await bench.user())).map(({ outcome, action }) => [action, outcome]),
    ).toContainEqual(['ask', 'refused']);
  });

  it('signs in by the token, with a session that another site, script and host do not get', async () => {
    await open();
    const answer = await signIn(TOKEN);
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']![0]).toMatch(
      /^fettle-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const user = await userOf(bench.server.origin, cookieOf(answer));
    expect(user.session).toMatchObject({
      user: 'ann',
      role: 'approver',
      engine: { problem: 'there is none' },
    });
    expect((await user.post('/sign-out', {}, { 'x-fettle-csrf': 'x' })).status).toBe(403);
    expect((await user.get('/api/session')).status).toBe(200);
    expect((await user.post('/sign-out', {})).status).toBe(200);
    expect((await user.get('/api/session')).status).toBe(401);
  });

  it('has a cookie of its host alone, and tells the browser to stay with https, where a proxy has TLS', async () => {
    await open({ publicUrl: 'https://fettle.example' });
    const asked = {
      host: 'fettle.example',
      origin: 'https://fettle.example',
      'content-type': 'application/json',
    };
    const socket = connect(bench.server.port, '127.0.0.1');
    const body = JSON.stringify({ token: TOKEN });
    const head = Object.entries({ ...asked, 'content-length': String(body.length), connection: 'close' });
    socket.write(`POST /sign-in HTTP/1.1\r\n${head.map(([a, b]) => `${a}: ${b}\r\n`).join('')}\r\n${body}`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    expect(answer).toMatch(
      /set-cookie: __Host-fettle=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict\r\n/i,
    );
    expect(answer).toMatch(/strict-transport-security: max-age=31536000/i);
  });

  it('refuses wrong tokens, many of them sooner, and never the right one', async () => {
    await open();
    const statuses: number[] = [];
    for (let at = 0; at < 12; at++) statuses.push((await signIn(`guess-${at}`)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
    expect((await signIn(TOKEN)).status).toBe(200);
    expect((await signIn(TOKEN, { origin: 'https://evil.example' })).status).toBe(403);
    const written = readFileSync(bench.auditFile, 'utf8');
    expect(written).not.toContain(TOKEN);
    expect(written).not.toContain('guess-');
  });

  it('ends a session that was not used, and one that is old however it was used', async () => {
    let now = Date.parse('2026-11-27T09:00:00Z');
    await open({ now: () => new Date(now) });
    const [idle, busy] = [await bench.user(), await bench.user()];
    for (let minutes = 0; minutes < 590; minutes += 59) {
      now += 59 * 60_000;
      expect((await busy.get('/api/session')).status).toBe(200);
    }
    expect((await idle.get('/api/session')).status).toBe(401);
    now += 30 * 60_000;
    expect((await busy.get('/api/session')).status).toBe(401);
  });

  it('begins a session of its own with each sign-in', async () => {
    await open();
    const before = await bench.user();
    const again = await signIn(TOKEN, { cookie: before.cookie });
    expect(cookieOf(again)).not.toBe(before.cookie);
    expect((await before.get('/api/session')).status).toBe(401);
  });

  it('takes no large body and no large header', async () => {
    await open();
    const user = await bench.user();
    const huge = await user.post('/api/rollouts/x/approve', { ticket: 'x'.repeat(200_000) });
    expect([huge.status, huge.json<PageProblem>().code]).toEqual([413, 'too-large']);
    const header = await bench.ask('/', { headers: { cookie: 'x'.repeat(60_000) } });
    expect(header.status).toBe(431);
    expect((await user.get('/api/session')).status).toBe(200);
    expect((await auditOf(user)).at(-1)).toMatchObject({
      outcome: 'refused',
      subject: '/api/rollouts/x/approve',
    });
  });

  it('records of a flood that there was one', async () => {
    await open();
    for (let at = 0; at < 80; at++) await bench.ask('/', { headers: { host: `h${at}.example` } });
    const lines = readFileSync(bench.auditFile, 'utf8').trimEnd().split('\n');
    const refused = lines.map((line) => (JSON.parse(line) as { entry: AuditRow }).entry);
    expect(refused).toHaveLength(61);
    expect(refused.at(-1)!.why).toContain('more of them within this minute are not recorded one by one');
  });
});
