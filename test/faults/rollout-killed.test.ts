import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploySettings } from '../../src/domain/deploy-settings.ts';
import type { Rollout } from '../../src/domain/rollout.ts';
import type { ServiceState } from '../../src/ship/deployment/platform.ts';
import { randomOf } from '../../src/ship/deployment/simulated-traffic.test-double.ts';
import { noInstalledServer, noNpmServer } from '../support/databases.ts';
import { startLoad } from '../support/load.ts';
import { call, noLocalServices, pythonService, SETTINGS, SHAPE } from '../support/local-services.ts';
import { wrongEnd } from '../support/wrong-end.ts';
import type { RolloutBench, Victim } from './rollout-bench.ts';
import { rolloutBench, stageOf, VICTIMS } from './rollout-bench.ts';

/*
 * Rollouts whose every part is a real process: the built command's worker, PostgreSQL, the supervisor and who watches over it, and
 * services. At random moments one or two of them are killed. Several services are rolled out at once, and bear each other's faults.
 */

/** The same seed gives the same schedules, though not the same moments to the millisecond. */
const SEED = process.env['FETTLE_SEED'] ?? String(Date.now());
const [SERVICES, ROLLOUTS] = [5, 4];
/** A rollout has about so many steps. */
const STEPS = 11;

const noServer = noInstalledServer === null || noNpmServer === null ? null : noInstalledServer;
const why = noLocalServices ?? noServer;

const WHATS = ['well', 'well', 'well', 'crashes', 'answers 500'] as const;
type What = (typeof WHATS)[number];

interface Schedule {
  readonly service: string;
  readonly version: string;
  readonly what: What;
  readonly steps: readonly number[];
  readonly faults: readonly {
    /** So many steps are begun, and so many milliseconds are over since then. */
    readonly step: number;
    readonly ms: number;
    readonly victims: readonly Victim[];
    readonly pick: number;
  }[];
}

function schedules(random: () => number): readonly (readonly Schedule[])[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  return Array.from({ length: SERVICES }, (_, number) =>
    Array.from({ length: ROLLOUTS }, (__, nth) => ({
      ...{ service: `shop-${number}`, version: `${number}-${nth}` },
      // The first of a service is compared with nothing, and takes long to fail.
      what: nth === 0 && number > 0 ? 'well' : pick(WHATS),
      // A comparison takes fifteen intervals at least.
      steps: nth === 1 + (number % 3) && number % 2 === 1 ? [50, 100] : [100],
      faults: Array.from({ length: 1 + Math.floor(random() * 2) }, () => ({
        step: Math.floor(random() * STEPS),
        ms: random() * 700,
        victims: random() < 0.3 ? [pick(VICTIMS), pick(VICTIMS)] : [pick(VICTIMS)],
        pick: random(),
      })),
    })),
  );
}

function settingsOf({ service, steps }: Schedule): DeploySettings {
  return {
    ...SETTINGS,
    ...{ service, stages: [stageOf(service, steps)], atOnce: 8 },
    shape: { ...SHAPE, startupProbe: { ...SHAPE.startupProbe!, path: null } },
    analysis: { ...SETTINGS.analysis, minimumRequests: 25, probesPerSecond: 20 },
  };
}

function filesOf({ version, what }: Schedule): Readonly<Record<string, string>> {
  if (what === 'crashes') return pythonService(version, 'sys.exit(3)');
  const { 'serve.py': text = '' } = pythonService(version);
  return { 'serve.py': what === 'well' ? text : text.replace('"/fail"', '"/"') };
}

describe.skipIf(why !== null)(
  `rollouts whose processes are killed at random${why === null ? `, FETTLE_SEED=${SEED}` : ` (skipped: ${why})`}`,
  () => {
    const random = randomOf(SEED);
    /** What each revision answers. */
    const versions = new Map<string, string>();
    let bench: RolloutBench;

    beforeAll(async () => {
      bench = await rolloutBench(random);
    });
    afterAll(async () => {
      await bench.close();
    });

    it.concurrent.each(schedules(random).map((own) => [own[0]!.service, own] as const))(
      'end well or say how they ended (%s)',
      async (_, own) => {
        for (const schedule of own) {
          const rollout = await runOne(schedule);
          expect(await wrongs(schedule, rollout), told(schedule, rollout)).toEqual([]);
        }
      },
      400_000,
    );

    it('build nothing twice', () => {
      expect(bench.builds.size).toBe(SERVICES * ROLLOUTS);
      expect([...bench.builds].filter(([, times]) => times !== 1)).toEqual([]);
    });

    it('leave no process behind when all is ended', async () => {
      expect(await bench.close()).toEqual([]);
      bench = { ...bench, close: () => Promise.resolve([]) };
    });

    async function runOne(schedule: Schedule): Promise<Rollout> {
      const settings = settingsOf(schedule);
      const before = await stateOf(settings);
      const id = await bench.begin(settings, filesOf(schedule));
      const load = before === null ? null : startLoad(before.url, { perSecond: 20 });
      const faults = schedule.faults.map(async ({ step, ms, victims, pick }) => {
        await until(id, (rollout) => rollout.steps.length > step || isOver(rollout));
        await setTimeout(ms);
        await Promise.all(victims.map((victim) => bench.kill(victim, schedule.service, pick)));
      });
      const rollout = await until(id, isOver);
      await Promise.all(faults);
      await load?.stop();
      const { canary } = rollout.stages[0]!;
      if (canary !== null) versions.set(canary, schedule.version);
      return rollout;
    }

    async function until(id: string, isSo: (rollout: Rollout) => boolean): Promise<Rollout> {
      for (const end = Date.now() + 180_000; Date.now() < end; await setTimeout(150)) {
        const rollout = await bench.read(id);
        if (isSo(rollout)) return rollout;
      }
      throw new Error(`it does not end: ${JSON.stringify(await bench.read(id))}`);
    }

    async function stateOf(settings: DeploySettings): Promise<ServiceState | null> {
      const answer = await bench.platform.service(bench.place(settings));
      if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
      return answer.value;
    }

    async function wrongs(schedule: Schedule, rollout: Rollout): Promise<readonly string[]> {
      const state = await stateOf(settingsOf(schedule));
      const [stage] = rollout.stages;
      const { status } = rollout;
      if (state === null)
        return [...wrongEnd(rollout), ...(status === 'failed' ? [] : ['no service is there'])];
      const sole = state.traffic.find(({ percent }) => percent === 100)?.revision ?? null;
      const wanted =
        status === 'done' ? stage!.canary : status === 'rolled-back' ? (stage!.stable ?? sole) : sole;
      const isTold =
        status !== 'done' && stage!.stable === null && rollout.problem!.what.includes(sole ?? 'no revision');
      return [
        ...wrongEnd(rollout),
        ...(state.traffic.reduce((all, { percent }) => all + percent, 0) === 100
          ? []
          : ['not all of the traffic']),
        ...(sole === wanted ? [] : [`${sole} serves, not ${wanted}`]),
        ...(status === 'done' && state.stable !== stage!.canary ? [`${state.stable} is stable`] : []),
        ...(status === 'done' && schedule.what !== 'well' ? ['a bad one was not seen'] : []),
        ...unfit(schedule, rollout),
        ...(isTold || (await answers(state.url, versions.get(sole ?? '')!))
          ? []
          : [`${sole} does not answer`]),
        ...forgotten(state, rollout),
      ];
    }

    /** A revision that started is found again once the way to it is. */
    async function answers(url: string, version: string): Promise<boolean> {
      for (const end = Date.now() + 20_000; Date.now() < end; await setTimeout(100)) {
        const answer = await call(url, '/').catch(() => null);
        if (answer?.status === 200 && answer.body === version) return true;
      }
      return false;
    }
  },
);

function isOver({ status }: Rollout): boolean {
  return status !== 'running' && status !== 'waiting';
}

/** What no kill excuses. */
function unfit({ what }: Schedule, { problem }: Rollout): readonly string[] {
  const said = problem?.what ?? '';
  if (said.includes('a bug ended it')) return ['it ended by a bug'];
  return what === 'well' && said.includes('refused') ? ['a good one was refused'] : [];
}

/** Beside what serves, and the one before, there is nothing but what the rollout says it left. */
function forgotten(state: ServiceState, rollout: Rollout): readonly string[] {
  const said = [rollout.problem?.what, rollout.problem?.hint, ...rollout.steps.map((step) => step.said)].join(
    ' ',
  );
  const known = [state.stable, state.previous, ...state.traffic.map(({ revision }) => revision)];
  return state.revisions
    .filter(
      ({ name }) =>
        !known.includes(name) && !said.includes(`${name} is left`) && !said.includes(`be ${name}`),
    )
    .map(({ name }) => `${name} is forgotten`);
}

function told(schedule: Schedule, { request, status, problem, steps, stages }: Rollout): string {
  const said = steps.map(
    ({ kind, said: one, startedAt, endedAt }) => `${startedAt} ${endedAt} ${kind}: ${one}`,
  );
  return JSON.stringify({ schedule, id: request.id, status, problem, stages, steps: said }, null, 1);
}
