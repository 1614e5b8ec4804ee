import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rolloutWorld, stageOf } from '../../src/ship/rollout/rollout-world.test-double.ts';
import type { RolloutWorld } from '../../src/ship/rollout/rollout-world.test-double.ts';
import type { RolloutDetails } from '../../src/show/web/page-api.ts';
import { auditOf, pageBench, remove, tokenSignIn } from './page-bench.ts';
import type { PageBench, PageUser } from './page-bench.ts';
import { simulatedRollouts } from './simulated-rollouts.ts';

let world: RolloutWorld;
let bench: PageBench;
let id: string;

beforeEach(async () => {
  world = rolloutWorld({
    settings: { stages: [stageOf('staging'), stageOf('production', { approval: true })] },
  });
  world.seed('shop-staging', 'well 1');
  world.seed('shop-production', 'well 1');
  id = await world.deploy('well 2');
  await world.until(id, ({ waiting }) => waiting !== null);
  bench = await pageBench({ reach: simulatedRollouts(world) });
});

afterEach(async () => {
  expect(bench.bugs).toEqual([]);
  await bench.close();
  remove(bench.folder);
});

async function details(user: PageUser): Promise<RolloutDetails> {
  return (await user.get(`/api/rollouts/${id}`)).json<RolloutDetails>();
}

async function ticketFor(user: PageUser, kind: string): Promise<string> {
  return (await details(user)).actions.find((one) => one.kind === kind)!.ticket;
}

const approve = (user: PageUser, ticket: string, headers: Readonly<Record<string, string>> = {}) =>
  user.post(`/api/rollouts/${id}/approve`, { stage: 'production', ticket }, headers);

/** Nothing that was refused has reached the rollout. */
async function expectStillWaiting(): Promise<void> {
  await world.settle(1_000);
  expect((await world.read(id)).stages[1]!.status).toBe('approval');
}

describe('an approval on the page', () => {
  it('leads to evidence that names who approved, and who vouches for that', async () => {
    const user = await bench.user();
    const answer = await approve(user, await ticketFor(user, 'approve'));
    expect(answer.status).toBe(200);
    expect(answer.json<RolloutDetails>().row.id).toBe(id);
    await world.settle();
    const rollout = await world.read(id);
    expect(rollout.status).toBe('done');
    expect(rollout.evidence.find((one) => one.id === 'rollout:production:approval')).toMatchObject({
      verdict: 'proven',
      seen: 'approved by ann (signed in by the token of fettle serve)',
    });
    expect((await auditOf(user)).at(-1)).toMatchObject({
      ...{ action: 'approve', subject: id, outcome: 'done', role: 'approver', why: 'production' },
    });
  });

  it('is refused and recorded when it is replayed, and offered only once', async () => {
    const user = await bench.user();
    const ticket = await ticketFor(user, 'approve');
    expect((await approve(user, ticket)).status).toBe(200);
    const again = await approve(user, ticket);
    expect(again.status).toBe(409);
    expect(again.json()).toMatchObject({ code: 'conflict', message: 'the ticket was used before' });
    expect((await details(user)).actions.map(({ kind }) => kind)).not.toContain('approve');
    expect((await auditOf(user)).at(-1)).toMatchObject({
      outcome: 'refused',
      action: 'approve',
      subject: id,
    });
  });

  it('of two at the same time with one ticket is one', async () => {
    const user = await bench.user();
    const ticket = await ticketFor(user, 'approve');
    const both = await Promise.all([approve(user, ticket), approve(user, ticket)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is refused with a ticket of another session, which stays good for its own', async () => {
    const [own, thief] = [await bench.user(), await bench.user()];
    const ticket = await ticketFor(own, 'approve');
    const stolen = await approve(thief, ticket);
    expect([stolen.status, stolen.json<{ message: string }>().message]).toEqual([
      409,
      'the ticket was given to another session',
    ]);
    await expectStillWaiting();
    expect((await approve(own, ticket)).status).toBe(200);
  });

  it('is refused with a ticket for something else, a guess, or none', async () => {
    const user = await bench.user();
    for (const ticket of [await ticketFor(user, 'hold'), 'a-guess', ''])
      expect((await approve(user, ticket)).status).toBe(409);
    expect((await user.post(`/api/rollouts/${id}/approve`, { stage: 'production' })).status).toBe(400);
    const other = await user.post(`/api/rollouts/${id}/approve`, {
      ...{ stage: 'staging', ticket: await ticketFor(user, 'approve') },
    });
    expect(other.status).toBe(409);
    await expectStillWaiting();
  });

  it('is refused once the rollout has moved on', async () => {
    const user = await bench.user();
    const ticket = await ticketFor(user, 'approve');
    await world.command(id, { kind: 'rollback', by: 'bob', why: '' });
    await world.settle();
    expect((await approve(user, ticket)).json()).toMatchObject({
      message: 'the rollout has moved on since the ticket was given',
    });
  });

  it('needs a request of this very page', async () => {
    const user = await bench.user();
    const ticket = await ticketFor(user, 'approve');
    const foreign: readonly (readonly [Record<string, string>, number])[] = [
      [{ origin: 'https://evil.example' }, 403],
      [{ origin: 'null' }, 403],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
      [{ 'x-fettle-csrf': '' }, 403],
      [{ 'x-fettle-csrf': `${user.session.csrf}x` }, 403],
      [{ cookie: '' }, 401],
      [{ cookie: user.cookie.replace(/.$/, '!') }, 401],
      [{ 'content-type': 'text/plain' }, 400],
    ];
    for (const [headers, status] of foreign)
      expect((await approve(user, ticket, headers)).status).toBe(status);
    await expectStillWaiting();
    const refused = (await auditOf(user)).filter(({ outcome }) => outcome === 'refused');
    expect(refused.length).toBe(foreign.length);
    expect(refused.every(({ action, subject }) => action === 'approve' && subject === id)).toBe(true);
    expect((await approve(user, ticket)).status).toBe(200);
  });
});

describe('roles', () => {
  it('let a viewer look and tell nothing, on the page and past it', async () => {
    await bench.close();
    bench = await pageBench({ reach: simulatedRollouts(world), signIn: tokenSignIn('viewer') }, bench.folder);
    const user = await bench.user();
    expect((await details(user)).actions).toEqual([]);
    expect((await user.get('/api/audit')).status).toBe(403);
    for (const kind of ['approve', 'hold', 'resume', 'rollback']) {
      const answer = await user.post(`/api/rollouts/${id}/${kind}`, { stage: 'production', ticket: 'x' });
      expect([kind, answer.status, answer.json<{ code: string }>().code]).toEqual([kind, 403, 'not-allowed']);
    }
    await expectStillWaiting();
    await bench.close();
    bench = await pageBench({ reach: simulatedRollouts(world) }, bench.folder);
    const refused = (await auditOf(await bench.user())).filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ role, action }) => [role, action])).toEqual([
      ...[
        ['viewer', 'read'],
        ['viewer', 'approve'],
        ['viewer', 'hold'],
      ],
      ...[
        ['viewer', 'resume'],
        ['viewer', 'rollback'],
      ],
    ]);
  });

  it('let an operator hold, resume and roll back, and not approve; who did is in the evidence', async () => {
    await bench.close();
    bench = await pageBench(
      { reach: simulatedRollouts(world), signIn: tokenSignIn('operator') },
      bench.folder,
    );
    const user = await bench.user();
    expect((await details(user)).actions.map(({ kind }) => kind)).toEqual(['hold', 'rollback']);
    expect((await approve(user, 'x')).status).toBe(403);
    const hold = await user.post(`/api/rollouts/${id}/hold`, { ticket: await ticketFor(user, 'hold') });
    expect(hold.status).toBe(200);
    const why = 'latency \u001b[31m of\nstaging';
    const back = await user.post(`/api/rollouts/${id}/rollback`, {
      ...{ ticket: await ticketFor(user, 'rollback'), why },
    });
    expect(back.status).toBe(200);
    await world.settle();
    const { evidence, problem, status } = await world.read(id);
    expect(status).toBe('rolled-back');
    expect(problem!.what).toContain(
      'ann (signed in by the token of fettle serve) told it to roll back: latency',
    );
    const told = evidence.filter((one) => one.id.startsWith('rollout:told:'));
    expect(told.map(({ seen }) => seen.replace(/ at .*?Z/, ''))).toEqual([
      'hold by ann (signed in by the token of fettle serve)',
      expect.stringMatching(
        /^rollback by ann \(signed in by the token of fettle serve\): latency .\[31m of staging$/u,
      ),
    ]);
    expect(JSON.stringify(told)).not.toContain('\\u001b');
  });
});

describe('events', () => {
  it('tell of a rollout that moves, to whoever is signed in', async () => {
    const user = await bench.user();
    const response = await fetch(`${bench.server.origin}/api/events`, { headers: { cookie: user.cookie } });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    await approve(user, await ticketFor(user, 'approve'));
    await world.settle();
    let seen = '';
    for await (const part of response.body!) {
      seen += new TextDecoder().decode(part);
      if (seen.includes('"status":"done"')) break;
    }
    expect(seen).toMatch(/\nid: \S+-\d+\nevent: rollout\ndata: \{"id":"shop-/);
    expect((await bench.ask('/api/events')).status).toBe(401);
  });

  it('end with the session that listened, and with no other', async () => {
    const [user, other] = [await bench.user(), await bench.user()];
    const listen = async ({ cookie }: typeof user): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
      const { body } = await fetch(`${bench.server.origin}/api/events`, { headers: { cookie } });
      return body!.getReader();
    };
    const [own, others] = [await listen(user), await listen(other)];
    await Promise.all([own.read(), others.read()]);
    expect((await user.post('/sign-out', {})).status).toBe(200);
    expect(await own.read()).toMatchObject({ done: true });
    await approve(other, await ticketFor(other, 'approve'));
    await world.settle();
    expect(await others.read()).toMatchObject({ done: false });
    await others.cancel();
  });
});
