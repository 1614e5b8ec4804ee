import { describe, expect, it } from 'vitest';
import type { Rollout } from '../../src/domain/rollout.ts';
import type { CallFault } from '../../src/ship/deployment/simulated-platform.test-double.ts';
import { randomOf } from '../../src/ship/deployment/simulated-traffic.test-double.ts';
import type { Fault, Operation, Phase } from '../../src/ship/engine/stepped-engine.test-double.ts';
import { rolloutWorld, settingsOf, stageOf } from '../../src/ship/rollout/rollout-world.test-double.ts';
import type { RolloutWorld } from '../../src/ship/rollout/rollout-world.test-double.ts';
import { wrongEnd } from '../support/wrong-end.ts';

const SCHEDULES = 180;

/** The same seed gives the same schedules: FETTLE_SEED=<seed> does a failure again. */
const SEED = process.env['FETTLE_SEED'] ?? String(Date.now());

const ANALYSIS = { ...settingsOf().analysis, minimumRequests: 300, intervalSeconds: 2 };
const DEADLINES = { build: 600, ready: 300, checks: 120, step: 600, soak: 10, approval: 3600 };

/** What is wrong with the world after all rollouts are over; empty: nothing. */
function wrongs(world: RolloutWorld, rollouts: readonly Rollout[]): readonly string[] {
  const services = new Set(
    rollouts.flatMap(({ request }) => request.settings.stages.map((one) => one.service)),
  );
  const keys = world.builds.filter((key, at) => world.builds.indexOf(key) !== at);
  return [
    ...rollouts.flatMap(wrongEnd),
    ...[...services].flatMap((service) => wrongService(world, service, rollouts)),
    ...wrongLast(world, rollouts),
    ...keys.map((key) => `${key} was built twice`),
  ];
}

function wrongService(world: RolloutWorld, service: string, rollouts: readonly Rollout[]): readonly string[] {
  const state = world.look(service);
  if (state === null) return [];
  const sum = state.traffic.reduce((all, { percent }) => all + percent, 0);
  const serving = state.traffic.filter(({ percent }) => percent > 0);
  const isWhole =
    serving.length === 1 &&
    state.revisions.find(({ name }) => name === serving[0]!.revision)?.readiness.kind === 'ready';
  const isTold = rollouts.some(
    ({ problem }) => problem !== null && serving.every(({ revision }) => problem.what.includes(revision)),
  );
  const named = new Set([
    ...[state.stable, state.previous],
    ...rollouts.flatMap(({ stages }) => stages.flatMap((one) => [one.stable, one.canary, one.baseline])),
  ]);
  return [
    ...(sum === 100 ? [] : [`the traffic of ${service} adds to ${sum}`]),
    ...(isWhole || isTold ? [] : [`${JSON.stringify(serving)} of ${service} is not told`]),
    ...state.revisions.filter(({ name }) => !named.has(name)).map(({ name }) => `${name} is forgotten`),
  ];
}

/** What the last rollout of a service says of itself is so. */
function wrongLast(world: RolloutWorld, rollouts: readonly Rollout[]): readonly string[] {
  const last = rollouts.at(-1)!;
  return last.stages.flatMap(({ name, status, canary, stable }) => {
    const { service } = last.request.settings.stages.find((one) => one.name === name)!;
    const state = world.look(service);
    const sole = state?.traffic.find(({ percent }) => percent === 100)?.revision ?? null;
    if (status === 'done')
      return sole === canary && state?.stable === canary ? [] : [`${name} is not done: ${sole} serves`];
    if (status !== 'rolled-back' || state === null || canary === null || stable === null) return [];
    return sole === stable ? [] : [`${name} is not rolled back: ${sole} serves, not ${stable}`];
  });
}

function told(rollouts: readonly Rollout[]): string {
  return JSON.stringify(
    rollouts.map(({ request, status, problem, steps, stages }) => ({
      ...{ id: request.id, status, problem, steps: steps.map(({ kind, said }) => `${kind}: ${said}`) },
      stages: stages.map(({ name, status: one, canary, percent }) => [name, one, canary, percent]),
    })),
    null,
    1,
  );
}

interface Case {
  readonly name: string;
  readonly world: RolloutWorld;
  readonly run: () => Promise<readonly Rollout[]>;
}

const WHATS = ['well 2', 'well 2', 'well 3', 'errors', 'slow', 'leaking', 'wrong port', 'answers 500'];

function randomCase(name: string): Case {
  const random = randomOf(name);
  const chance = (share: number): boolean => random() < share;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  let left = 12;
  const fault = (_: Operation, __: Phase): Fault => {
    if (left === 0 || !chance(0.015)) return { kind: 'none' };
    left--;
    return chance(0.6) ? { kind: 'crash' } : { kind: 'pause', ms: Math.floor(random() * 90_000) };
  };
  const trouble = pick([0, 0.02, 0.1]);
  const callFault = (): CallFault => {
    if (!chance(trouble)) return { kind: 'none' };
    const kind = pick(['lost', 'unreachable', 'conflict', 'stall'] as const);
    return kind === 'stall' ? { kind, ms: Math.floor(random() * 60_000) } : { kind };
  };
  const staging = stageOf('staging', { steps: [20, 100], deadlines: DEADLINES });
  const production = stageOf('production', { steps: [10, 50, 100], deadlines: DEADLINES, approval: true });
  const stages = chance(0.3) ? [staging, production] : [staging];
  const world = rolloutWorld({
    engine: { fault },
    platform: { fault: callFault, load: 2000, seed: Math.floor(random() * 1e9) },
    settings: { stages, analysis: ANALYSIS },
  });
  for (const stage of stages) if (chance(0.8)) world.seed(stage.service, 'well 1');
  const jumps = chance(0.4) ? [random() * 200_000, random() * 300_000] : [];
  for (const at of jumps)
    void world.clock.sleep(at).then(() => world.clock.jump((random() - 0.5) * 7_200_000));
  const whats = chance(0.3) ? [pick(WHATS), pick(WHATS)] : [pick(WHATS)];
  const rollbackAt = chance(0.15) ? random() * 150_000 : null;
  return { name, world, run: () => runCase(world, whats, rollbackAt) };
}

async function runCase(
  world: RolloutWorld,
  whats: readonly string[],
  rollbackAt: number | null,
): Promise<readonly Rollout[]> {
  const ids: string[] = [];
  for (const what of whats) ids.push(await world.deploy(what));
  if (rollbackAt !== null)
    void world.clock
      .sleep(rollbackAt)
      .then(() => world.command(ids[0]!, { kind: 'rollback', by: 'ann', why: 'a test' }));
  // Approved ahead: what waits for it goes on.
  for (const id of ids)
    void world.clock
      .sleep(60_000)
      .then(() => world.command(id, { kind: 'approve', stage: 'production', by: 'bea' }));
  await world.settle(86_400_000);
  return Promise.all(ids.map((id) => world.read(id)));
}

describe(`random fault schedules of rollouts, FETTLE_SEED=${SEED}`, () => {
  const parts = 6;
  it.each(Array.from({ length: parts }, (_, part) => part))(
    'ends well or says how it ended (part %i)',
    async (part) => {
      for (let at = part; at < SCHEDULES; at += parts) {
        const { name, world, run } = randomCase(`${SEED} ${at}`);
        const rollouts = await run();
        expect(wrongs(world, rollouts), `${name}\n${told(rollouts)}`).toEqual([]);
      }
    },
  );

  it('ends a rollout of a service that is well as done, whatever befell the worker', async () => {
    const random = randomOf(`${SEED} workers`);
    for (let round = 0; round < 10; round++) {
      const fault = (): Fault => (random() < 0.03 ? { kind: 'crash' } : { kind: 'none' });
      const world = smallWorld(fault);
      const [rollout] = await runCase(world, ['well 2'], null);
      expect(rollout!.status, told([rollout!])).toBe('done');
      expect(world.workers()).toBeGreaterThan(1);
    }
  });
});

function smallWorld(fault: (operation: Operation, phase: Phase) => Fault): RolloutWorld {
  const stage = stageOf('staging', { steps: [10, 100], deadlines: DEADLINES });
  const world = rolloutWorld({
    engine: { fault },
    platform: { load: 2000 },
    settings: { stages: [stage], analysis: ANALYSIS },
  });
  world.seed('shop-staging', 'well 1');
  return world;
}

describe.each([
  ['good', 'well 2', 'done'],
  ['bad', 'errors', 'rolled-back'],
] as const)('one fault at every operation of a %s rollout', (_, what, status) => {
  it.each(['before', 'inside', 'after'] as const)('killed %s: ends as it would have', async (phase) => {
    await everywhere(what, status, phase, { kind: 'crash' });
  });

  it('stands still, is taken over, and wakes up beside the one that took over', async () => {
    await everywhere(what, status, 'before', { kind: 'pause', ms: 21_500 });
  });

  it('stands still with the write done and not recorded', async () => {
    await everywhere(what, status, 'inside', { kind: 'pause', ms: 60_000 });
  });
});

/** Every operation; of the polls that are done again and again with nothing new, the first round. */
async function places(what: string): Promise<readonly number[]> {
  const names: string[] = [];
  const world = smallWorld((operation, phase) => {
    if (phase === 'before') names[operation.index] = `${operation.run} ${operation.name}`;
    return { kind: 'none' };
  });
  await runCase(world, [what], null);
  const rounds = new Map<string, number>();
  return [...names.keys()].filter((at) => {
    const key = names.slice(Math.max(0, at - 2), at + 2).join('\n');
    rounds.set(key, (rounds.get(key) ?? 0) + 1);
    return rounds.get(key) === 1;
  });
}

async function everywhere(what: string, status: string, struck: Phase, fault: Fault): Promise<void> {
  const operations = await places(what);
  expect(operations.length).toBeGreaterThan(60);
  for (const at of operations) {
    const world = smallWorld((operation, phase) =>
      operation.index === at && phase === struck ? fault : { kind: 'none' },
    );
    const rollouts = await runCase(world, [what], null);
    const where = `operation ${at} ${struck}\n${told(rollouts)}`;
    expect(wrongs(world, rollouts), where).toEqual([]);
    expect(rollouts[0]!.status, where).toBe(status);
  }
}
