import { afterEach, describe, expect, it } from 'vitest';
import type { StageSettings } from '../../src/domain/deploy-settings.ts';
import type { Rollout } from '../../src/domain/rollout.ts';
import type { Fault } from '../../src/ship/engine/stepped-engine.test-double.ts';
import { digestOf } from '../support/cloud-run-images.ts';
import { cloudRunRollouts, settingsOf, stageOf } from '../support/cloud-run-rollouts.ts';
import type { CloudRunRollouts } from '../support/cloud-run-rollouts.ts';
import { mapAt, numberAt, objectsAt, textAt } from '../support/google/json.ts';
import { imageOf } from '../support/google/run-revisions.ts';

const STAGING = stageOf('staging', { steps: [10, 100] });
const BOTH = [STAGING, stageOf('production', { approval: true })];

let bench: CloudRunRollouts;
afterEach(() => bench.close());

/** Traffic as it is wanted and as it is served, which have to be the same. */
function traffic(stage: string): readonly string[] {
  const { wanted, served } = bench.service(stage);
  const told = (targets: ReturnType<typeof objectsAt>): readonly string[] =>
    targets.map((one) =>
      [textAt(one, 'revision'), numberAt(one, 'percent') ?? 0, textAt(one, 'tag')].join(' ').trim(),
    );
  expect(told(served)).toEqual(told(objectsAt(wanted, 'traffic')));
  return told(served);
}

/** What fettle keeps in the service. */
function marks(stage: string): Readonly<Record<string, string>> {
  return mapAt(bench.service(stage).wanted, 'annotations');
}

function imageServedBy(stage: string, revision: string): string {
  const made = bench.service(stage).revisions.find(({ name }) => name === revision)!;
  return imageOf(made.template).split('@')[1]!;
}

function templateOf(stage: string): string {
  return textAt(bench.service(stage).wanted['template'] as Record<string, unknown>, 'revision');
}

async function approved(id: string): Promise<Rollout> {
  const waiting = await bench.until(id, ({ waiting, status }) => waiting !== null || isOver({ status }));
  expect(waiting.stages[0]!.status).toBe('done');
  await bench.command(id, { kind: 'approve', stage: 'production', by: 'bea' });
  return bench.until(id, isOver);
}

function isOver({ status }: Pick<Rollout, 'status'>): boolean {
  return !['running', 'waiting'].includes(status);
}

async function over(id: string): Promise<Rollout> {
  return bench.until(id, isOver);
}

function said(rollout: Rollout): string {
  return JSON.stringify({ problem: rollout.problem, steps: rollout.steps.slice(-4) }, null, 1);
}

/** One build for each rollout, whatever came in between. */
function expectBuiltOnce(rollouts: number): void {
  expect(bench.google.state.build.builds).toHaveLength(rollouts);
}

/** A service that has been rolled out once to these stages; gives the revision that serves in the last. */
async function begun(stages: readonly StageSettings[], fault?: () => Fault): Promise<string> {
  bench = await cloudRunRollouts(settingsOf(stages), fault === undefined ? {} : { fault });
  const id = await bench.deploy('one');
  const rollout = await (stages.length > 1 ? approved(id) : over(id));
  expect(rollout.status, said(rollout)).toBe('done');
  return rollout.stages.at(-1)!.canary!;
}

describe('a rollout on Cloud Run, from staging to production', () => {
  it('makes both services by a first deployment, and says that nothing was compared', async () => {
    const revision = await begun(BOTH);
    expect(traffic('production')).toEqual([`${revision} 100`]);
    expect(imageServedBy('production', revision)).toBe(digestOf('one'));
    expect(marks('production')).toMatchObject({ 'fettle.dev/stable': revision });
    expectBuiltOnce(1);
  });

  it('takes the next version through 1, 10 and 50 per cent beside a fresh baseline', async () => {
    const old = await begun(BOTH);
    const rollout = await approved(await bench.deploy('two'));
    expect(rollout.status, said(rollout)).toBe('done');
    expect(rollout.stages[1]!.looks.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
    const canary = rollout.stages[1]!.canary!;
    const shifts = bench.google.calls
      .filter(({ method }) => method === 'Services.UpdateService')
      .map(({ request }) => objectsAt(request['service'] as Record<string, unknown>, 'traffic'))
      .map((targets) => targets.find((one) => textAt(one, 'revision') === canary))
      .flatMap((target) => (target === undefined ? [] : [numberAt(target, 'percent') ?? 0]));
    expect(shifts).toEqual([0, 1, 10, 50, 100, 100]);
    expect(traffic('production')).toEqual([`${canary} 100`]);
    expect(imageServedBy('production', canary)).toBe(digestOf('two'));
    expect(marks('production')).toMatchObject({ 'fettle.dev/stable': canary, 'fettle.dev/previous': old });
    // The baseline is gone, and whoever changes the service by hand changes what serves.
    expect(bench.service('production').revisions.map(({ name }) => name)).toEqual([old, canary]);
    expect(templateOf('production')).toBe(canary);
    expectBuiltOnce(2);
  });

  it('rolls back a version that answers 500 to 5 per cent, and leaves no tag of it', async () => {
    await begun([STAGING]);
    const [stable] = traffic('staging');
    const rollout = await over(await bench.deploy('bad', { errors: 0.05 }));
    expect(rollout.status).toBe('rolled-back');
    expect(rollout.problem!.what).toMatch(/requests failed/);
    expect(traffic('staging')).toEqual([stable]);
    expect(marks('staging')['fettle.dev/stable']).toBe(stable!.split(' ')[0]);
    const baseline = rollout.stages[0]!.baseline;
    expect(bench.service('staging').revisions.map(({ name }) => name)).not.toContain(baseline);
    // The youngest revision cannot be deleted: it goes with the next rollout that is done.
    const next = await over(await bench.deploy('mended'));
    expect(next.status, said(next)).toBe('done');
    expect(bench.service('staging').revisions.map(({ name }) => name)).toEqual([
      stable!.split(' ')[0],
      next.stages[0]!.canary,
    ]);
  });

  it('tells of a version that listens on another port, and gives it no traffic', async () => {
    await begun([STAGING]);
    const before = traffic('staging');
    const logs = ['Uvicorn running on http://0.0.0.0:9999'];
    const rollout = await over(await bench.deploy('deaf', { starts: { kind: 'wrong-port', logs } }));
    expect(rollout.status).toBe('rolled-back');
    expect(rollout.problem!.what).toContain('wrong-port');
    expect(rollout.problem!.what).toContain('9999');
    expect(traffic('staging')).toEqual(before);
    expectBuiltOnce(2);
  });

  it('does each write once, whatever answers are lost, and whoever else writes or refuses for a while', async () => {
    const old = await begun([STAGING]);
    const { google } = bench;
    google.loseAnswer('CloudBuild.CreateBuild');
    google.loseAnswer('Services.UpdateService', { times: 2 });
    google.loseRequest('Services.UpdateService');
    google.fail('Services.UpdateService', { status: 'ABORTED', message: 'Conflict for resource', times: 2 });
    google.atRandom(0.03);
    const rollout = await over(await bench.deploy('two'));
    google.clear();
    expect(rollout.status, said(rollout)).toBe('done');
    const canary = rollout.stages[0]!.canary!;
    expect(traffic('staging')).toEqual([`${canary} 100`]);
    expect(bench.service('staging').revisions.map(({ name }) => name)).toEqual([old, canary]);
    expectBuiltOnce(2);
  });

  it('goes back and says why when a quota is used up in the middle', async () => {
    await begun([STAGING]);
    const before = traffic('staging');
    const id = await bench.deploy('two');
    await bench.until(id, ({ stages }) => stages[0]!.percent === 10);
    bench.google.fail('Services.UpdateService', {
      status: 'RESOURCE_EXHAUSTED',
      message: 'Quota exceeded for quota metric Write requests',
    });
    const rollout = await over(id);
    expect(rollout.status).toBe('rolled-back');
    expect(rollout.problem!.what).toContain('quota');
    expect(traffic('staging')).toEqual(before);
  });

  it('waits for a platform that takes minutes over each write, and that restarts in the middle', async () => {
    await begun([STAGING]);
    const { google } = bench;
    google.state.run.options.reconcileMs = 90_000;
    const id = await bench.deploy('two');
    await bench.until(id, ({ steps }) => steps.at(-1)!.kind === 'build');
    await google.restart(30);
    await bench.until(id, ({ stages }) => stages[0]!.percent === 10);
    await google.restart(30);
    const rollout = await over(id);
    expect(rollout.status, said(rollout)).toBe('done');
    expect(traffic('staging')).toEqual([`${rollout.stages[0]!.canary} 100`]);
    expectBuiltOnce(2);
  });

  it('is gone on with by another worker, however often one dies', async () => {
    let operations = 0;
    const old = await begun([STAGING], () =>
      ++operations % 250 === 0 ? { kind: 'crash' } : { kind: 'none' },
    );
    const rollout = await over(await bench.deploy('two'));
    expect(rollout.status, said(rollout)).toBe('done');
    expect(bench.stepped.workers()).toBeGreaterThan(3);
    const canary = rollout.stages[0]!.canary!;
    expect(traffic('staging')).toEqual([`${canary} 100`]);
    expect(bench.service('staging').revisions.map(({ name }) => name)).toEqual([old, canary]);
    expectBuiltOnce(2);
  });
});
