import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PageProblem } from '../../src/show/web/page-api.ts';
import { askAt, auditOf, cookieOf, pageBench, remove, userOf } from './page-bench.ts';
import type { Answer, PageBench } from './page-bench.ts';

/** People whom the provider knows. */
const PEOPLE: Readonly<Record<string, Record<string, unknown>>> = {
  ann: { email: 'ann@shop.example', email_verified: true, groups: ['staff'] },
  oli: { email: 'oli@shop.example', email_verified: true, groups: ['ops'] },
  vic: { name: 'Vic \u001b[31m\nRed', groups: ['staff'] },
  mel: { email: 'mel@shop.example', email_verified: true },
  eve: { email: 'ann@shop.example', email_verified: false, groups: 'ops' },
};

/** What the provider puts into the ID token; the rest is told when it is asked for. */
const IN_TOKEN: Readonly<Record<string, Record<string, unknown>>> = {
  mel: { email: 'ann@shop.example' },
};

let provider: Server;
let issuer: string;
let bench: PageBench;

beforeEach(async () => {
  provider = createServer();
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  bench = await pageBench({
    signIn: {
      kind: 'oidc',
      settings: {
        ...{ issuer, clientId: 'fettle', clientSecret: 's3cret', scope: 'openid profile email groups' },
        groupsClaim: 'groups',
      },
      roles: { viewer: ['group:staff'], operator: ['group:ops'], approver: ['user:Ann@shop.example'] },
    },
  });
  const oidc = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: 'fettle', client_secret: 's3cret', token_endpoint_auth_method: 'client_secret_post' },
        redirect_uris: [`${bench.server.origin}/sign-in/oidc/callback`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: (use: string) => Promise.resolve({ sub, ...(use === 'id_token' ? IN_TOKEN : PEOPLE)[sub] }),
    }),
    conformIdTokenClaims: false,
    cookies: { keys: ['of-a-test'] },
  });
  provider.on('request', oidc.callback());
});

afterEach(async () => {
  expect(bench.bugs).toEqual([]);
  await bench.close();
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
  remove(bench.folder);
});

/** Walks through the provider's own pages as somebody, up to the address that leads back. */
async function back(location: string, who: string): Promise<string> {
  const cookies = new Map<string, string>();
  let at = location;
  for (let steps = 0; steps < 12; steps++) {
    if (at.startsWith(bench.server.origin)) return at;
    const { pathname, search } = new URL(at, issuer);
    const isForm = pathname.startsWith('/interaction/');
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    let answer = await askAt(issuer, `${pathname}${search}`, { headers: { cookie } });
    const kept = (one: Answer): void => {
      for (const set of one.headers['set-cookie'] ?? []) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
        cookies.set(name!, value!);
      }
    };
    kept(answer);
    if (isForm && answer.status === 200) {
      const prompt = /name="prompt" value="(\w+)"/.exec(answer.body)![1]!;
      answer = await askAt(issuer, pathname, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ prompt, login: who, password: 'x' }).toString(),
      });
      kept(answer);
    }
    if (answer.headers.location === undefined)
      throw new Error(`${pathname}: ${answer.status} ${answer.body}`);
    at = answer.headers.location;
  }
  throw new Error('the provider leads nowhere');
}

interface Begun {
  readonly location: string;
  readonly cookie: string;
}

async function begin(to = '/'): Promise<Begun> {
  const answer = await bench.ask(`/sign-in/oidc?to=${encodeURIComponent(to)}`);
  expect(answer.status).toBe(302);
  return { location: answer.headers.location!, cookie: cookieOf(answer) };
}

function comeBack(address: string, cookie: string): Promise<Answer> {
  const { pathname, search } = new URL(address);
  return bench.ask(`${pathname}${search}`, { headers: { cookie } });
}

async function signIn(who: string, to = '/'): Promise<Answer> {
  const { location, cookie } = await begin(to);
  return comeBack(await back(location, who), cookie);
}

describe('sign-in by a provider', () => {
  it('gives each the role of a group, or of an address that the provider vouches for', async () => {
    const ann = await signIn('ann', '/rollouts/shop-1');
    expect([ann.status, ann.headers.location]).toEqual([302, '/rollouts/shop-1']);
    expect(ann.headers['set-cookie']!.find((one) => !one.includes('-begun='))).toMatch(
      /HttpOnly; SameSite=Lax$/,
    );
    const user = await userOf(bench.server.origin, cookieOf(ann));
    expect(user.session).toMatchObject({ user: 'ann@shop.example', role: 'approver' });
    const oli = await userOf(bench.server.origin, cookieOf(await signIn('oli')));
    expect(oli.session).toMatchObject({ user: 'oli@shop.example', role: 'operator' });
    const vic = await userOf(bench.server.origin, cookieOf(await signIn('vic')));
    expect(vic.session.role).toBe('viewer');
    expect(vic.session.user).not.toMatch(/[\u001b\n]/);
    expect((await auditOf(user))[0]).toMatchObject({
      ...{
        action: 'sign-in',
        outcome: 'done',
        user: `ann@shop.example (subject ann, signed in by ${issuer})`,
      },
    });
  });

  it('refuses who has no role, with an address that is not verified as with none, and records it', async () => {
    const eve = await signIn('eve');
    expect([eve.status, eve.json<PageProblem>().code]).toEqual([403, 'no-role']);
    expect(eve.headers['set-cookie']!.every((one) => one.includes('Max-Age=0'))).toBe(true);
    const ann = await userOf(bench.server.origin, cookieOf(await signIn('ann')));
    expect((await auditOf(ann))[0]).toMatchObject({
      outcome: 'refused',
      user: expect.stringContaining('eve') as string,
    });
  });

  it('asks with PKCE, state and nonce, and tells no secret', async () => {
    const { location } = await begin();
    const asked = new URL(location).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'state', 'nonce'])
      expect(asked.get(name)!.length).toBeGreaterThan(40);
    expect(location).not.toContain('s3cret');
  });

  it('refuses what comes back twice, to another browser, changed, or unasked', async () => {
    const first = await begin();
    const address = await back(first.location, 'ann');
    const other = await begin();
    expect((await comeBack(address, '')).status).toBe(403);
    expect((await comeBack(address, other.cookie)).status).toBe(403);
    expect((await comeBack(address, first.cookie)).status).toBe(302);
    expect((await comeBack(address, first.cookie)).status).toBe(403);
    const third = await begin();
    const changed = new URL(await back(third.location, 'ann'));
    changed.searchParams.set('state', 'x');
    const unchanged = await back(third.location, 'ann');
    expect((await comeBack(changed.href, third.cookie)).status).toBe(403);
    // It was begun once and has ended: not even what the provider really sends is taken any more.
    expect((await comeBack(unchanged, third.cookie)).status).toBe(403);
    const refused = await begin();
    const denied = `${bench.server.origin}/sign-in/oidc/callback?error=access_denied&state=x`;
    expect((await comeBack(denied, refused.cookie)).status).toBe(403);
    const ann = await userOf(bench.server.origin, cookieOf(await signIn('ann')));
    expect((await auditOf(ann)).filter(({ outcome }) => outcome === 'refused')).toHaveLength(6);
  });

  it('is not closed to others by answers that are none', async () => {
    for (let tries = 0; tries < 30; tries++)
      await bench.ask('/sign-in/oidc/callback?code=x&state=y', { headers: { cookie: 'a=b' } });
    expect((await signIn('ann')).status).toBe(302);
  });

  it('takes no address of one answer for verified by another', async () => {
    expect((await signIn('mel')).status).toBe(403);
  });

  it('leads to no address but its own', async () => {
    for (const to of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/runs/../../x',
      'javascript:1',
    ])
      expect((await signIn('ann', to)).headers.location).toBe('/');
  });

  it('takes no token, and offers the provider', async () => {
    expect((await bench.ask('/')).body).toContain('"ways":{"oidc":"/sign-in/oidc","token":false}');
    const { origin } = bench.server;
    const headers = { origin, 'content-type': 'application/json' };
    expect((await bench.ask('/sign-in', { method: 'POST', headers, body: '{"token":""}' })).status).toBe(404);
  });

  it('says that the provider does not answer, and goes on once it does', async () => {
    const handlers = provider.listeners('request') as ((...all: unknown[]) => void)[];
    provider.removeAllListeners('request');
    provider.on('request', (_request, response) => void response.writeHead(500).end());
    const answer = await bench.ask('/sign-in/oidc');
    expect([answer.status, answer.json<PageProblem>().code]).toEqual([502, 'sign-in-unavailable']);
    provider.removeAllListeners('request');
    for (const handler of handlers) provider.on('request', handler);
    expect((await signIn('ann')).status).toBe(302);
  });
});
