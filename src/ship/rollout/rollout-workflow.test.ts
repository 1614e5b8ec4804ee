import { describe, expect, it } from 'vitest';
import type { AnalysisSettings } from '../../domain/analysis.ts';
import type { Deadlines } from '../../domain/deploy-settings.ts';
import type { Rollout, StepKind } from '../../domain/rollout.ts';
import type { CallFault, PlatformMethod } from '../deployment/simulated-platform.test-double.ts';
import { randomOf } from '../deployment/simulated-traffic.test-double.ts';
import { defaultAnalysis } from '../analysis/default-analysis.ts';
import { DEFAULT_DEADLINES } from '../deployment/deploy-settings.ts';
import { rolloutWorld, sharesOf, stageOf } from './rollout-world.test-double.ts';

const SERVICE = 'shop-production';
const OLD = 'shop-production-00001-abc';

function kinds({ steps }: Rollout): readonly StepKind[] {
  return steps.map(({ kind }) => kind);
}

/** From its nth call on, a method gives this. */
function from(method: PlatformMethod, nth: number, fault: CallFault, most = Infinity) {
  let seen = 0;
  return (call: { readonly method: PlatformMethod }): CallFault => {
    if (call.method !== method) return { kind: 'none' };
    seen++;
    return seen >= nth && seen < nth + most ? fault : { kind: 'none' };
  };
}

describe('a rollout', () => {
  it('takes a service that is well from its files to all of the traffic, a share at a time', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const id = await world.deploy('well 2');
    await world.settle();
    const rollout = await world.read(id);
    expect(rollout).toMatchObject({ status: 'done', problem: null, waiting: null });
    const canary = rollout.stages[0]!.canary!;
    expect(sharesOf(world, SERVICE)).toEqual({ [canary]: 100 });
    const of = (revision: string): readonly number[] =>
      world
        .history(SERVICE)
        .map((traffic) => traffic.find((share) => share.revision === revision)?.percent ?? 0);
    expect(of(canary)).toEqual([0, 0, 0, 1, 10, 50, 100, 100]);
    expect(of(rollout.stages[0]!.baseline!)).toEqual([0, 0, 0, 1, 10, 50, 0, 0]);
    expect(of(OLD)).toEqual([100, 100, 100, 98, 80, 0, 0, 0]);
    const after = world.look(SERVICE)!;
    expect(after).toMatchObject({ stable: canary, previous: OLD });
    expect(after.revisions.map(({ name, tag }) => [name, tag])).toEqual([
      [OLD, null],
      [canary, null],
    ]);
    expect(world.builds).toEqual([id]);
  });

  it('publishes canary and baseline in time, as the last look saw them', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const { stages } = await world.read(await settled(world, 'well 2'));
    const { series, looks } = stages[0]!;
    expect(looks).toHaveLength(3);
    for (const side of [series!.canary, series!.baseline]) {
      expect(side.length).toBeGreaterThan(2);
      expect(side.length).toBeLessThanOrEqual(60);
      expect(side.every(({ requests, errors }) => requests >= errors)).toBe(true);
      expect(side.some(({ p50Ms, p95Ms }) => p50Ms !== null && p95Ms! >= p50Ms)).toBe(true);
    }
    expect(series!.canary.map(({ from }) => from)).toEqual(series!.canary.map(({ from }) => from).toSorted());
  });

  it('has evidence of every step, and tells what it rests on', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const verified = { run: '2026-11-27T08-00-00-000Z', level: 'tests', verdict: 'proven' } as const;
    const rollout = await world.read(await settled(world, 'well 2', { verified }));
    expect(rollout.evidence.map(({ id }) => id)).toEqual([
      'rollout:verified',
      ...['build', 'push'].map((kind) => `rollout:service:${kind}`),
      ...[
        'baseline',
        'create',
        'ready',
        'warm-up',
        'health',
        'checks',
        'traffic',
        'analysis',
        'traffic:2',
      ].map((kind) => `rollout:production:${kind}`),
      ...['analysis:2', 'traffic:3', 'analysis:3', 'traffic:4', 'health:2', 'finish'].map(
        (kind) => `rollout:production:${kind}`,
      ),
    ]);
    expect(rollout.evidence.every(({ verdict }) => verdict === 'proven')).toBe(true);
    expect(rollout.evidence[0]!.seen).toBe('verified up to level tests: proven');
    expect(rollout.evidence.find(({ id }) => id === 'rollout:production:traffic:2')!.seen).toMatch(
      /-c 10 %, \S+-b 10 %, shop-production-00001-abc 80 %$/,
    );
  });

  it('says that nothing was verified where nothing was', async () => {
    const world = rolloutWorld();
    const rollout = await world.read(await settled(world, 'well 1'));
    expect(rollout.evidence[0]).toMatchObject({
      verdict: 'unknown',
      seen: 'no verification of these very files was found; run fettle verify before fettle deploy',
    });
  });

  it.each([
    ['errors', /of 1,5\d\d requests failed/],
    ['slow', /requests were slower than/],
    ['leaking', /MiB of memory/],
  ])('rolls back a canary with %s at the first look, and leaves nothing of it', async (what, why) => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const rollout = await world.read(await settled(world, what));
    expect(rollout.status).toBe('rolled-back');
    expect(rollout.problem!.what).toMatch(why);
    expect(rollout.stages[0]).toMatchObject({ status: 'rolled-back', percent: 0 });
    expect(kinds(rollout).slice(-3)).toEqual(['traffic', 'analysis', 'rollback']);
    expect(rollout.evidence.at(-2)).toMatchObject({ verdict: 'refuted' });
    expect(world.look(SERVICE)).toMatchObject({
      traffic: [{ revision: OLD, percent: 100, tag: null }],
      stable: OLD,
      previous: null,
    });
    expect(world.look(SERVICE)!.revisions.map(({ name }) => name)).toEqual([OLD]);
  });

  it.each([
    ['wrong port', /does not run \(wrong-port\).*it printed: Traceback/, 'ready'],
    ['never ready', /was not ready within 120 s/, 'ready'],
    ['answers 500', /was not well within 60 s: GET \/health answered 500, not 200/, 'health'],
  ])('gives no traffic to a canary that %s', async (what, why, step) => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const rollout = await world.read(await settled(world, what));
    expect(rollout.status).toBe('rolled-back');
    expect(rollout.problem!.what).toMatch(why);
    expect(kinds(rollout).slice(-2)).toEqual([step, 'rollback']);
    expect(world.history(SERVICE).every((traffic) => traffic[0]!.percent === 100)).toBe(true);
    expect(world.look(SERVICE)!.revisions.map(({ name }) => name)).toEqual([OLD]);
  });

  it('rolls back a canary that falls over while it is watched, without waiting for the look', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const rollout = await world.read(await settled(world, 'dies'));
    expect(rollout.status).toBe('rolled-back');
    expect(rollout.problem!.what).toMatch(/does not run \(crash\)/);
    expect(rollout.stages[0]!.looks.filter(({ verdict }) => verdict !== 'hold')).toEqual([]);
    expect(sharesOf(world, SERVICE)).toEqual({ [OLD]: 100 });
  });

  it('makes the first deployment without a canary, and says that nothing was compared', async () => {
    const world = rolloutWorld();
    const rollout = await world.read(await settled(world, 'well 1'));
    expect(rollout.status).toBe('done');
    expect(kinds(rollout)).toEqual([
      ...['build', 'push', 'create', 'ready', 'warm-up', 'health', 'checks', 'analysis', 'finish'],
    ]);
    expect(rollout.steps[2]!.said).toMatch(/the first deployment: nothing is there to compare it with/);
    expect(rollout.evidence.at(-2)).toMatchObject({
      verdict: 'unknown',
      seen: 'not compared: this is the first deployment',
    });
    expect(world.look(SERVICE)).toMatchObject({ stable: rollout.stages[0]!.canary, previous: null });
  });

  it('says exactly what is so after a first deployment that fails, and the next one takes its place', async () => {
    const world = rolloutWorld();
    const failed = await world.read(await settled(world, 'answers 500'));
    const first = failed.stages[0]!.canary!;
    expect(failed.status).toBe('failed');
    expect(failed.problem!.what).toBe(
      `the canary was not well within 60 s: GET /health answered 500, not 200; it was the first deployment, nothing is there to go back to, and the traffic is ${first} 100 %`,
    );
    const next = await world.read(await settled(world, 'well 2'));
    expect(next.status).toBe('done');
    expect(world.look(SERVICE)!.revisions.map(({ name }) => name)).toEqual([next.stages[0]!.canary]);
  });

  it('goes on from stage to stage, each after its approval', async () => {
    const world = twoStages();
    const id = await world.deploy('well 1');
    const waiting = await world.until(id, ({ waiting }) => waiting !== null);
    expect(waiting.stages.map(({ status }) => status)).toEqual(['done', 'approval']);
    expect(waiting.waiting!.what).toBe('approval of production');
    expect(waiting.waiting!.until).toMatch(/^2026-11-28/);
    expect(world.look(SERVICE)).toBeNull();
    expect(await world.command(id, { kind: 'approve', stage: 'production', by: 'bea' })).toBe(true);
    await world.settle();
    const rollout = await world.read(id);
    expect(rollout.status).toBe('done');
    expect(rollout.stages.map(({ status }) => status)).toEqual(['done', 'done']);
    expect(rollout.evidence.find(({ id: one }) => one === 'rollout:production:approval')!.seen).toBe(
      'approved by bea',
    );
    expect(world.builds).toHaveLength(1);
  });

  it('does not begin a stage that nobody approves of in time, and says so', async () => {
    const world = twoStages();
    const rollout = await world.read(await settled(world, 'well 1'));
    expect(rollout.status).toBe('rolled-back');
    expect(rollout.stages.map(({ status }) => status)).toEqual(['done', 'rolled-back']);
    expect(rollout.problem!.what).toBe(
      'nobody approved of production within 86400 s; it was not begun, and the stages before stay as they are; staging stays as it is',
    );
    expect(world.look(SERVICE)).toBeNull();
    expect(world.look('shop-staging')!.stable).not.toBeNull();
  });

  it('has one record of each hold, resuming and rollback that was told while a stage was at work, with who told it', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const id = await world.deploy('well 2');
    await world.until(id, ({ stages }) => stages[0]!.percent === 10);
    const at = (second: number): string => `2026-11-27T09:30:0${second}.000Z`;
    await world.command(id, { kind: 'hold', by: 'ann', at: at(1) });
    await world.until(id, ({ waiting }) => waiting !== null);
    await world.command(id, { kind: 'resume', by: 'bob', at: at(2) });
    await world.until(id, ({ waiting }) => waiting === null);
    await world.command(id, { kind: 'rollback', by: 'eve', why: 'slow', at: at(3) });
    await world.settle();
    const { evidence, status } = await world.read(id);
    expect(status).toBe('rolled-back');
    const told = evidence.filter((one) => one.id.startsWith('rollout:told:'));
    expect(told.map(({ id: record, seen }) => [record, seen])).toEqual([
      [`rollout:told:hold:${at(1)}`, `hold by ann at ${at(1)}`],
      [`rollout:told:resume:${at(2)}`, `resume by bob at ${at(2)}`],
      [`rollout:told:rollback:${at(3)}`, `rollback by eve at ${at(3)}: slow`],
    ]);
  });

  it('holds no place in the queue of its region while it waits for approval', async () => {
    const world = rolloutWorld({
      engine: { regionLimit: 1 },
      settings: { stages: [stageOf('staging'), stageOf('production', { approval: true })] },
    });
    const id = await world.deploy('well 1');
    await world.until(id, ({ waiting }) => waiting !== null);
    const settings = {
      ...(await world.read(id)).request.settings,
      service: 'other',
      stages: [stageOf('other')],
    };
    const request = {
      ...(await world.read(id)).request,
      id: 'other-20261127t100000-aaaa',
      settings,
      until: 'other',
    };
    await world.engine.enqueue({ name: 'rollout' }, request.id, request, {
      queue: 'service',
      partition: 'local/other',
    });
    const other = await world.until(request.id, ({ status }) => status === 'done');
    expect(other.stages[0]!.status).toBe('done');
    expect((await world.read(id)).status).toBe('waiting');
  });

  it('stops after the stage that it was asked for', async () => {
    const world = twoStages();
    const rollout = await world.read(await settled(world, 'well 1', { until: 'staging' }));
    expect(rollout.status).toBe('done');
    expect(rollout.stages.map(({ name }) => name)).toEqual(['staging']);
  });

  it('rolls back when it is told to in the middle of a look', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const id = await world.deploy('well 2');
    await world.until(id, ({ stages }) => stages[0]!.percent === 10);
    await world.command(id, { kind: 'rollback', by: 'bea', why: 'the shop is on fire' });
    await world.settle();
    const rollout = await world.read(id);
    expect(rollout.status).toBe('rolled-back');
    expect(rollout.problem!.what).toBe('bea told it to roll back: the shop is on fire');
    expect(sharesOf(world, SERVICE)).toEqual({ [OLD]: 100 });
    expect(world.look(SERVICE)!.revisions).toHaveLength(1);
  });

  it('hears a command that comes while it builds, and begins no stage', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const id = await world.deploy('well 2');
    await world.settle(10_000);
    await world.command(id, { kind: 'rollback', by: 'bea', why: '' });
    await world.settle();
    const rollout = await world.read(id);
    expect(rollout).toMatchObject({
      status: 'rolled-back',
      problem: { what: 'bea told it to roll back; no stage was begun' },
    });
    expect(world.look(SERVICE)!.revisions).toHaveLength(1);
  });

  it('stays where it is while somebody holds it, and goes on when it is resumed', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const id = await world.deploy('well 2');
    await world.until(id, ({ stages }) => stages[0]!.percent === 10);
    await world.command(id, { kind: 'hold', by: 'bea' });
    // Longer than a step may take: a hold is not taken from it.
    await world.settle(3_600_000);
    const held = await world.read(id);
    expect(held.stages[0]!.percent).toBe(10);
    expect(held.status).toBe('waiting');
    expect(held.waiting!.what).toBe('held by bea, until it is resumed');
    await world.command(id, { kind: 'resume', by: 'bea' });
    await world.settle();
    expect((await world.read(id)).status).toBe('done');
  });

  it('is told as held while it waits for approval, and begins nothing before it is resumed', async () => {
    const world = rolloutWorld({
      settings: { stages: [stageOf('staging'), stageOf('production', { approval: true })] },
    });
    const id = await world.deploy('well 1');
    const asked = await world.until(id, ({ waiting }) => waiting !== null);
    await world.command(id, { kind: 'hold', by: 'bea' });
    await world.settle(120_000);
    const held = await world.read(id);
    expect(held.waiting!.what).toBe('held by bea, until it is resumed');
    await world.command(id, { kind: 'approve', stage: 'production', by: 'cid' });
    await world.settle(120_000);
    const approved = await world.read(id);
    expect(approved.stages[1]!.status).toBe('approval');
    expect(approved.waiting!.what).toBe('held by bea, until it is resumed');
    await world.command(id, { kind: 'resume', by: 'bea' });
    await world.settle();
    expect(asked.waiting!.what).toBe('approval of production');
    expect((await world.read(id)).status).toBe('done');
  });

  it('waits for approval again once it is resumed, and ends a hold that nobody ends', async () => {
    const stages = [stageOf('staging'), stageOf('production', { approval: true })];
    for (const resumes of [true, false]) {
      const world = rolloutWorld({ settings: { stages } });
      const id = await world.deploy('well 1');
      const { waiting } = await world.until(id, ({ waiting: told }) => told !== null);
      await world.command(id, { kind: 'hold', by: 'bea' });
      await world.settle(120_000);
      if (resumes) {
        await world.command(id, { kind: 'resume', by: 'bea' });
        await world.settle(120_000);
        expect((await world.read(id)).waiting!.what).toBe(waiting!.what);
      } else {
        await world.settle();
        const over = await world.read(id);
        expect(over.problem!.what).toContain('the hold of bea lasted to its deadline');
        expect(over.stages[0]!.status).toBe('done');
      }
    }
  });

  it('rolls back a hold that nobody ends', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const id = await world.deploy('well 2');
    await world.until(id, ({ stages }) => stages[0]!.percent === 10);
    await world.command(id, { kind: 'hold', by: 'bea' });
    await world.settle();
    const rollout = await world.read(id);
    expect(rollout.status).toBe('rolled-back');
    expect(rollout.problem!.what).toBe('the hold of bea lasted to its deadline');
    expect(sharesOf(world, SERVICE)).toEqual({ [OLD]: 100 });
  });

  it('sends requests of its own to both sides where traffic is too low', async () => {
    const world = rolloutWorld({ platform: { load: 0.5 } });
    world.seed(SERVICE, 'well 1');
    const rollout = await world.read(await settled(world, 'well 2'));
    expect(rollout.status).toBe('done');
    expect(world.probes()).toBeGreaterThan(2 * 3 * 1400);
    // Not many more than the looks needed.
    expect(world.probes()).toBeLessThan(2 * 3 * 2000);
  });

  it.each([
    ['by the defaults', {}, 6],
    ['of few requests in short intervals', { minimumRequests: 100, intervalSeconds: 1 }, 4],
    ['of few requests in long intervals', { minimumRequests: 100, intervalSeconds: 60 }, 22],
  ])('is done in minutes without any traffic, %s', async (_name, analysis, minutes) => {
    const rollout = await withoutTraffic(analysis, DEFAULT_DEADLINES);
    expect(rollout).toMatchObject({ status: 'done', problem: null });
    const took = Date.parse(rollout.steps.at(-1)!.endedAt!) - Date.parse(rollout.steps[0]!.startedAt);
    expect(took).toBeLessThan(minutes * 60_000);
  });

  it('has all of its deadline where probes are sent in short bursts', async () => {
    const deadlines = { ...DEFAULT_DEADLINES, step: 150, soak: 2 };
    const analysis = { minimumRequests: 400, intervalSeconds: 1, probesPerSecond: 40 };
    const rollout = await withoutTraffic(analysis, deadlines);
    expect(rollout).toMatchObject({ status: 'done', problem: null });
  });

  it('sends none where traffic is enough', async () => {
    const world = rolloutWorld({ platform: { load: 5000 } });
    world.seed(SERVICE, 'well 1');
    const rollout = await world.read(await settled(world, 'well 2'));
    expect(rollout.status).toBe('done');
    expect(world.probes()).toBe(0);
  });

  it('does not pass what it could not look at: it rolls back at the deadline, and calls it unknown', async () => {
    const analysis = { totalError: 0.01, errorTolerance: 0.005, slowTolerance: 0.05, memoryFactor: 1.5 };
    const world = rolloutWorld({
      platform: { load: 0.5 },
      settings: { analysis: { ...analysis, minimumRequests: 1500, intervalSeconds: 10, probesPerSecond: 0 } },
    });
    world.seed(SERVICE, 'well 1');
    const rollout = await world.read(await settled(world, 'well 2'));
    expect(rollout.status).toBe('rolled-back');
    expect(rollout.problem!.what).toMatch(/^not decided within 900 s: .* requests to the canary/);
    expect(rollout.evidence.at(-2)!.verdict).toBe('unknown');
    expect(sharesOf(world, SERVICE)).toEqual({ [OLD]: 100 });
  });

  it('writes nothing over what somebody else has done, and says what is so', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const id = await world.deploy('well 2');
    const at = await world.until(id, ({ stages }) => stages[0]!.percent === 10);
    const { canary } = at.stages[0]!;
    world.meddle(SERVICE, [
      { revision: OLD, percent: 70, tag: null },
      { revision: canary!, percent: 30, tag: 'canary' },
    ]);
    await world.settle();
    const rollout = await world.read(id);
    expect(rollout.status).toBe('failed');
    expect(rollout.problem!.what).toContain(
      `somebody else changed the traffic meanwhile; it is now ${OLD} 70 %, ${canary} 30 %`,
    );
    expect(rollout.problem!.hint).toContain('fettle rollback');
    expect(sharesOf(world, SERVICE)).toEqual({ [OLD]: 70, [canary!]: 30 });
  });

  it('lets the tags of others stand', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    world.meddle(SERVICE, [{ revision: OLD, percent: 100, tag: 'live' }]);
    const rollout = await world.read(await settled(world, 'well 2'));
    expect(rollout.status).toBe('done');
    expect(
      world
        .history(SERVICE)
        .slice(1)
        .every((traffic) => traffic.some(({ revision, tag }) => revision === OLD && tag === 'live')),
    ).toBe(true);
  });

  it('goes back to the revision before without building, and checks it first', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const id = await settled(world, 'well 2');
    const { canary } = (await world.read(id)).stages[0]!;
    const back = await world.read(await settled(world, { kind: 'previous' }));
    expect(back.status).toBe('done');
    expect(kinds(back)).toEqual([
      'create',
      'ready',
      'warm-up',
      'health',
      'checks',
      'traffic',
      'health',
      'finish',
    ]);
    expect(world.look(SERVICE)).toMatchObject({
      stable: OLD,
      previous: canary,
      traffic: [{ revision: OLD, percent: 100, tag: null }],
    });
    expect(world.builds).toHaveLength(1);
  });

  it('says where there is nothing to go back to', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const rollout = await world.read(await settled(world, { kind: 'previous' }));
    expect(rollout.status).toBe('failed');
    expect(rollout.problem!.what).toBe(`no revision is known that served before ${OLD}`);
    expect(world.history(SERVICE)).toHaveLength(1);
  });

  it('goes back to the stable revision from what a cancelled rollout left', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const id = await world.deploy('well 2');
    await world.until(id, ({ stages }) => stages[0]!.percent === 10);
    await world.engine.cancel(`${id}-production`);
    await world.settle();
    const cancelled = await world.read(id);
    expect(cancelled.problem!.hint).toContain('fettle rollback');
    expect(sharesOf(world, SERVICE)[OLD]).toBe(80);
    const back = await world.read(await settled(world, { kind: 'previous' }));
    expect(back.status).toBe('done');
    expect(world.look(SERVICE)).toMatchObject({
      stable: OLD,
      traffic: [{ revision: OLD, percent: 100, tag: null }],
    });
    expect(world.look(SERVICE)!.revisions.map(({ name }) => name)).toEqual([OLD]);
  });

  it('puts in order what a cancelled rollout left before it begins', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const id = await world.deploy('errors');
    await world.until(id, ({ stages }) => stages[0]!.percent === 1);
    await world.engine.cancel(`${id}-production`);
    await world.settle();
    const next = await world.read(await settled(world, 'well 3'));
    expect(next.status).toBe('done');
    expect(next.stages[0]!.stable).toBe(OLD);
    expect(next.steps.find(({ kind }) => kind === 'baseline')!.said).toContain('another rollout had left');
    expect(world.look(SERVICE)!.revisions.map(({ name }) => name)).toEqual([OLD, next.stages[0]!.canary]);
  });

  it('deploys an image that is there by its digest, and refuses one by its tag', async () => {
    const world = rolloutWorld();
    const digest = `sha256:${'ab'.repeat(32)}`;
    const good = await world.read(
      await settled(world, { kind: 'image', reference: `registry.example/shop@${digest}` }),
    );
    expect(good).toMatchObject({ status: 'done', artifact: digest });
    expect(kinds(good)[0]).toBe('push');
    const bad = await world.read(
      await settled(world, { kind: 'image', reference: 'registry.example/shop:latest' }),
    );
    expect(bad.status).toBe('failed');
    expect(bad.problem!.what).toMatch(/^expected an image by its digest/);
  });

  it('keeps the older revisions that nothing leads back to no longer than they are needed', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const ids = [];
    for (const what of ['well 2', 'well 3', 'well 1']) ids.push(await settled(world, what));
    const canaries = await Promise.all(ids.map(async (id) => (await world.read(id)).stages[0]!.canary));
    // The first one was not made by a rollout, and is not a rollout's to remove.
    expect(world.look(SERVICE)!.revisions.map(({ name }) => name)).toEqual([OLD, canaries[1], canaries[2]]);
  });

  it.each(['permission', 'quota'] as const)(
    'ends with cause and hint where the platform refuses (%s)',
    async (cause) => {
      const answer = { kind: 'refused', cause, why: `no ${cause}`, hint: `ask for ${cause}` } as const;
      const world = rolloutWorld({
        platform: { fault: from('createRevision', 1, { kind: 'answer', answer }) },
      });
      world.seed(SERVICE, 'well 1');
      const rollout = await world.read(await settled(world, 'well 2'));
      expect(rollout.status).toBe('rolled-back');
      expect(rollout.problem).toEqual({ what: `refused (${cause}): no ${cause}`, hint: `ask for ${cause}` });
      expect(sharesOf(world, SERVICE)).toEqual({ [OLD]: 100 });
    },
  );

  it('tells nobody a secret that the platform printed', async () => {
    const answer = { kind: 'refused', cause: 'build-failed', why: 'DB a-real-secret', hint: 'none' } as const;
    const world = rolloutWorld({ platform: { fault: from('build', 1, { kind: 'answer', answer }) } });
    const rollout = await world.read(await settled(world, 'well 2'));
    expect(rollout.status).toBe('failed');
    expect(rollout.problem!.what).toBe('refused (build-failed): DB ***; no stage was begun');
    expect(JSON.stringify(rollout)).not.toContain('a-real-secret');
  });

  it('stops at once where a later execution has taken over, and writes nothing more', async () => {
    const answer = { kind: 'fenced', generation: 99 } as const;
    const world = rolloutWorld({ platform: { fault: from('route', 2, { kind: 'answer', answer }) } });
    world.seed(SERVICE, 'well 1');
    const rollout = await world.read(await settled(world, 'well 2'));
    expect(rollout.status).toBe('failed');
    expect(rollout.problem!.what).toContain(
      'a later execution (generation 99) has taken the service over; the traffic is',
    );
    expect(kinds(rollout)).not.toContain('rollback');
    expect(
      world
        .history(SERVICE)
        .at(-1)!
        .find(({ revision }) => revision === OLD)!.percent,
    ).toBe(98);
  });

  it('says what the traffic is and what to do where even the rollback is not taken', async () => {
    const world = rolloutWorld({ platform: { fault: from('route', 2, { kind: 'unreachable' }) } });
    world.seed(SERVICE, 'well 1');
    const rollout = await world.read(await settled(world, 'well 2'));
    const { canary, baseline } = rollout.stages[0]!;
    expect(rollout.status).toBe('failed');
    expect(rollout.problem!.what).toContain(
      'it could not be rolled back: roll back: not done by its deadline',
    );
    expect(rollout.problem!.what).toContain(`the traffic is ${canary} 1 %, ${baseline} 1 %, ${OLD} 98 %`);
    expect(rollout.problem!.hint).toContain('to put the traffic back: fettle rollback');
    expect(rollout.problem!.hint).toContain(`of this rollout there may still be ${canary} and ${baseline}`);
  });

  it.each([
    ['lost answers', { kind: 'lost' }],
    ['writers in between', { kind: 'conflict' }],
    ['a platform that is not reached for a while', { kind: 'unreachable' }],
  ] as const)('does each write once in spite of %s', async (_, fault) => {
    const random = randomOf('faults');
    const world = rolloutWorld({ platform: { fault: () => (random() < 0.3 ? fault : { kind: 'none' }) } });
    world.seed(SERVICE, 'well 1');
    const rollout = await world.read(await settled(world, 'well 2'));
    expect(rollout.status).toBe('done');
    expect(world.history(SERVICE)).toHaveLength(8);
    expect(world.builds).toHaveLength(1);
  });

  it('makes two rollouts of one service one after the other', async () => {
    const world = rolloutWorld();
    world.seed(SERVICE, 'well 1');
    const [first, second] = [await world.deploy('well 2'), await world.deploy('well 3')];
    await world.until(first, ({ status }) => status === 'running');
    expect((await world.read(second)).status).toBe('waiting');
    await world.settle();
    const [one, other] = [await world.read(first), await world.read(second)];
    expect([one.status, other.status]).toEqual(['done', 'done']);
    expect(other.stages[0]!.stable).toBe(one.stages[0]!.canary);
    expect(world.look(SERVICE)).toMatchObject({
      stable: other.stages[0]!.canary,
      previous: one.stages[0]!.canary,
    });
  });
});

function twoStages() {
  return rolloutWorld({
    settings: { stages: [stageOf('staging'), stageOf('production', { approval: true })] },
  });
}

async function settled(
  world: ReturnType<typeof rolloutWorld>,
  ...asked: Parameters<typeof world.deploy>
): Promise<string> {
  const id = await world.deploy(...asked);
  await world.settle();
  return id;
}

/** A good canary that nobody but fettle asks anything, in one step of half of the traffic. */
async function withoutTraffic(analysis: Partial<AnalysisSettings>, deadlines: Deadlines): Promise<Rollout> {
  const world = rolloutWorld({
    platform: { load: 0 },
    settings: {
      stages: [stageOf('production', { steps: [50, 100], deadlines })],
      analysis: { ...defaultAnalysis, ...analysis },
    },
  });
  world.seed(SERVICE, 'well 1');
  return world.read(await settled(world, 'well 2'));
}
