import { createHash } from 'node:crypto';
import type { AnalysisSettings } from '../../domain/analysis.ts';
import type { DeploySettings, EndpointCheck, StageSettings } from '../../domain/deploy-settings.ts';
import type { Rollout, RolloutCommand, RolloutRequest, RolloutSource } from '../../domain/rollout.ts';
import { simulatedPlatform } from '../deployment/simulated-platform.test-double.ts';
import type { SimulatedOptions, SimulatedPlatform } from '../deployment/simulated-platform.test-double.ts';
import { randomOf, WELL } from '../deployment/simulated-traffic.test-double.ts';
import type { Behaviour } from '../deployment/simulated-traffic.test-double.ts';
import { steppedClock } from '../engine/stepped-clock.test-double.ts';
import type { SteppedClock } from '../engine/stepped-clock.test-double.ts';
import { steppedEngine } from '../engine/stepped-engine.test-double.ts';
import type { SteppedEngine, SteppedOptions } from '../engine/stepped-engine.test-double.ts';
import { commandRollout } from './command-rollout.ts';
import { readRollout } from './read-rollout.ts';
import { rolloutId, servicePlaceOf } from './rollout-names.ts';
import { rolloutWorkflow } from './rollout-workflow.ts';
import { stageWorkflow } from './stage-workflow.ts';

/** What the simulated service may be: told by the text in its snapshot. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'well 1': WELL,
  'well 2': WELL,
  'well 3': WELL,
  errors: { ...WELL, errors: 0.05 },
  slow: { ...WELL, medianMs: 80 },
  leaking: { ...WELL, memoryBytes: 500e6 },
  'wrong port': { ...WELL, startFailure: 'wrong-port' },
  'never ready': { ...WELL, readyMs: 1e12 },
  'answers 500': { ...WELL, status: 500 },
  dies: { ...WELL, dieMs: 60_000 },
};

const HEALTH: EndpointCheck = {
  ...{ path: '/health', method: 'GET', body: null, contentType: null, status: 200, contains: null },
  withinMs: 1000,
};

const ANALYSIS: AnalysisSettings = {
  ...{ totalError: 0.01, errorTolerance: 0.005, slowTolerance: 0.05, memoryFactor: 1.5 },
  ...{ minimumRequests: 1500, intervalSeconds: 10, probesPerSecond: 10 },
};

export function stageOf(name: string, more: Partial<StageSettings> = {}): StageSettings {
  return {
    ...{ name, service: `shop-${name}`, steps: [1, 10, 50, 100], approval: false, port: 0 },
    ...{ project: null, region: null },
    deadlines: { build: 600, ready: 120, checks: 60, step: 900, soak: 30, approval: 86_400 },
    ...more,
  };
}

export function settingsOf(more: Partial<DeploySettings> = {}): DeploySettings {
  return {
    ...{ platform: 'local', service: 'shop', stages: [stageOf('production')], atOnce: 4 },
    checks: [HEALTH, { ...HEALTH, path: '/v1/answer', status: null }],
    analysis: ANALYSIS,
    shape: {
      ...{
        port: null,
        memoryMiB: null,
        cpu: null,
        concurrency: null,
        minInstances: null,
        maxInstances: null,
      },
      ...{
        startupProbe: null,
        environment: {},
        secrets: {},
        serviceAccount: null,
        isPublic: true,
        command: null,
      },
    },
    local: { network: false, sticky: false },
    cloudRun: {
      ...{ project: null, region: null, repository: null, buildFile: null, substitutions: {} },
      builder: 'here',
    },
    ...more,
  };
}

export interface RolloutWorld extends SimulatedPlatform, SteppedEngine {
  readonly clock: SteppedClock;
  /** Asks for a rollout of a snapshot with that text in it, or of what is given. Gives its id. */
  deploy(what: string | RolloutSource, more?: Partial<RolloutRequest>): Promise<string>;
  read(id: string): Promise<Rollout>;
  command(id: string, command: RolloutCommand): Promise<boolean>;
  /** Lets time pass until something is so; fails where it never is. */
  until(id: string, isSo: (rollout: Rollout) => boolean): Promise<Rollout>;
}

export function rolloutWorld(
  more: {
    readonly platform?: Omit<SimulatedOptions, 'clock'>;
    readonly engine?: Omit<SteppedOptions, 'clock' | 'workflows'>;
    readonly settings?: Partial<DeploySettings>;
  } = {},
): RolloutWorld {
  const clock = steppedClock();
  const simulated = simulatedPlatform({ clock, behaviours: BEHAVIOURS, ...more.platform });
  const settings = settingsOf(more.settings);
  const tools = {
    platformOf: () => simulated.platform,
    kept: (digest: string) => stepped.engine.kept(digest),
    environment: { DB_PASSWORD: 'a-real-secret' },
    pause: (ms: number) => clock.sleep(ms),
  };
  const stepped = steppedEngine({
    ...{ clock, ...more.engine },
    workflows: [rolloutWorkflow(tools), stageWorkflow(tools)],
  });
  const random = randomOf('ids');
  const { engine } = stepped;
  const read = async (id: string): Promise<Rollout> => {
    const rollout = await readRollout(engine, id);
    if (rollout === null) throw new Error(`no rollout ${id}`);
    return rollout;
  };
  return {
    ...{ ...simulated, ...stepped, clock, read },
    deploy: async (what, changes = {}) => {
      const id = rolloutId(settings.service, clock.now(), random);
      const source = typeof what === 'string' ? await keep(what, engine) : what;
      const request: RolloutRequest = {
        ...{ id, settings, source, until: settings.stages.at(-1)!.name, verified: null, by: 'ann' },
        ...{ createdAt: clock.now().toISOString(), ...changes },
      };
      await engine.enqueue({ name: 'rollout' }, id, request, servicePlaceOf(settings));
      return id;
    },
    command: (id, command) => commandRollout(engine, id, command, (ms) => clock.sleep(ms)),
    until: async (id, isSo) => {
      for (let tries = 0; tries < 20_000; tries++) {
        const rollout = await read(id);
        if (isSo(rollout)) return rollout;
        await stepped.settle(500);
      }
      throw new Error(`never so: ${JSON.stringify((await read(id)).steps.at(-1))}`);
    },
  };
}

async function keep(content: string, engine: SteppedEngine['engine']): Promise<RolloutSource> {
  const bytes = new TextEncoder().encode(content);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  await engine.keep(digest, bytes);
  return { kind: 'snapshot', digest, dockerfile: null };
}

/** The share of each revision that has any, by name. */
export function sharesOf(world: Pick<RolloutWorld, 'look'>, service: string): Record<string, number> {
  const traffic = world.look(service)?.traffic ?? [];
  return Object.fromEntries(
    traffic.filter(({ percent }) => percent > 0).map(({ revision, percent }) => [revision, percent]),
  );
}
