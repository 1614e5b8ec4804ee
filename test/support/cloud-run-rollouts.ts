import { createHash } from 'node:crypto';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import type { DeploySettings, StageSettings } from '../../src/domain/deploy-settings.ts';
import type { Rollout, RolloutCommand, RolloutRequest } from '../../src/domain/rollout.ts';
import { memoryCache } from '../../src/io/memory-cache.ts';
import type { World } from '../../src/io/world.ts';
import { steppedClock } from '../../src/ship/engine/stepped-clock.test-double.ts';
import type { SteppedClock } from '../../src/ship/engine/stepped-clock.test-double.ts';
import { steppedEngine } from '../../src/ship/engine/stepped-engine.test-double.ts';
import type { SteppedEngine, SteppedOptions } from '../../src/ship/engine/stepped-engine.test-double.ts';
import { cloudRunPlatform } from '../../src/ship/platforms/cloud-run/cloud-run-platform.ts';
import { commandRollout } from '../../src/ship/rollout/command-rollout.ts';
import { readRollout } from '../../src/ship/rollout/read-rollout.ts';
import { rolloutId, servicePlaceOf } from '../../src/ship/rollout/rollout-names.ts';
import { rolloutWorkflow } from '../../src/ship/rollout/rollout-workflow.ts';
import { stageWorkflow } from '../../src/ship/rollout/stage-workflow.ts';
import { callsAtWork } from './calls-at-work.ts';
import { cloudRunImages, digestOf } from './cloud-run-images.ts';
import type { ImageBehaviour } from './cloud-run-images.ts';
import { startGoogle } from './google/google-server.ts';
import type { GoogleServer } from './google/google-server.ts';
import { seeded } from './seeded.ts';
import type { RevisionOutcome } from './google/run-revisions.ts';
import type { ServiceRecord } from './google/run-state.ts';
import { loopbackAddresses } from './loopback-addresses.ts';

const PROJECT = 'demo-project';
const REGION = 'europe-west1';
const REPOSITORY = `${REGION}-docker.registry.example/${PROJECT}/apps`;
const MINUTE_MS = 60_000;
const REQUESTS_A_MINUTE = 6000;
/** Cloud Logging and Cloud Monitoring take as long. */
const LOGS_MS = 8_000;
const METRICS_MS = 180_000;
const LONGEST_MS = 86_400_000;

export function stageOf(name: string, more: Partial<StageSettings> = {}): StageSettings {
  return {
    ...{ name, service: `shop-${name}`, steps: [1, 10, 50, 100], approval: false, port: 0 },
    ...{ project: null, region: null },
    deadlines: { build: 1200, ready: 300, checks: 120, step: 1800, soak: 60, approval: 86_400 },
    ...more,
  };
}

export function settingsOf(stages: readonly StageSettings[]): DeploySettings {
  return {
    ...{ platform: 'cloud-run', service: 'shop', stages, atOnce: 4 },
    shape: {
      ...{ port: 8080, memoryMiB: 1024, cpu: 1, concurrency: 40, minInstances: null, maxInstances: 5 },
      ...{ startupProbe: null, environment: { MODE: 'test' }, secrets: {}, serviceAccount: null },
      ...{ isPublic: true, command: null },
    },
    checks: ['/health', '/v1/answer'].map((path) => ({
      ...{ path, method: 'GET', body: null, contentType: null, status: 200, contains: null },
      withinMs: 10_000,
    })),
    analysis: {
      ...{ totalError: 0.01, errorTolerance: 0.005, slowTolerance: 0.05, memoryFactor: 1.5 },
      ...{ minimumRequests: 100, intervalSeconds: 60, probesPerSecond: 0 },
    },
    local: { network: false, sticky: false },
    cloudRun: {
      ...{ project: PROJECT, region: REGION, repository: REPOSITORY },
      ...{ buildFile: null, substitutions: {}, builder: 'cloud-build' },
    },
  };
}

/** Rollouts of a service on the contract server, through Google's own clients, by a clock that is stepped. */
export interface CloudRunRollouts {
  readonly google: GoogleServer;
  readonly clock: SteppedClock;
  readonly stepped: SteppedEngine;
  /** Asks for a rollout of a snapshot of that version, which does so once it runs. Gives its id. */
  deploy(
    version: string,
    does?: Partial<ImageBehaviour> & { readonly starts?: RevisionOutcome },
  ): Promise<string>;
  read(id: string): Promise<Rollout>;
  command(id: string, command: RolloutCommand): Promise<boolean>;
  /** Lets time pass until something is so. */
  until(id: string, isSo: (rollout: Rollout) => boolean): Promise<Rollout>;
  /** As the server has it. */
  service(stage: string): ServiceRecord;
  close(): Promise<void>;
}

export async function cloudRunRollouts(
  settings: DeploySettings,
  engine: Pick<SteppedOptions, 'fault'> = {},
): Promise<CloudRunRollouts> {
  const clock = steppedClock();
  const atWork = callsAtWork((ms) => clock.sleep(ms));
  const images = cloudRunImages(() => google);
  const addresses = await loopbackAddresses(images.answer);
  const google = await startGoogle({
    ...{ now: clock.now, ingestDelayMs: LOGS_MS },
    run: { uri: addresses.uri },
    build: { buildMs: 10_000 },
  });
  google.state.monitoring.ingestDelayMs = METRICS_MS;
  google.state.registry.addRepository(`projects/${PROJECT}/locations/${REGION}/repositories/apps`);
  const environment = { DB_PASSWORD: 'a-real-secret' };
  const world = {
    ...{
      clock: { now: clock.now, sleep: (ms: number) => atWork.sleep(ms) },
      environment,
      cache: memoryCache(),
    },
    http: { request: ({ url }: { readonly url: string }) => ({ kind: 'failure', reason: 'none', url }) },
  } as unknown as World;
  const real = cloudRunPlatform(world, {
    endpoint: { host: '127.0.0.1', port: google.port, token: 'contract-token' },
  });
  const platform = atWork.watched(real);
  const tools = {
    ...{ platformOf: () => platform, environment, pause: (ms: number) => clock.sleep(ms) },
    kept: (digest: string) => stepped.engine.kept(digest),
  };
  const workflows = [rolloutWorkflow(tools), stageWorkflow(tools)];
  const stepped = steppedEngine({ clock, workflows, ...engine });
  void live(clock, images.liveMinute);
  const random = seeded(11);
  const read = async (id: string): Promise<Rollout> => (await readRollout(stepped.engine, id))!;
  return {
    ...{ google, clock, stepped, read },
    deploy: async (version, { starts, ...behaviour } = {}) => {
      const digest = digestOf(version);
      images.behaviours.set(digest, { says: version, ...behaviour });
      if (starts !== undefined) google.state.run.outcomes.set(digest, starts);
      google.state.build.outcomes.push({ kind: 'success', digest });
      const id = rolloutId(settings.service, clock.now(), random);
      const context = await snapshot(version);
      const kept = `sha256:${createHash('sha256').update(context).digest('hex')}`;
      await stepped.engine.keep(kept, context);
      const request: RolloutRequest = {
        ...{ id, settings, until: settings.stages.at(-1)!.name, verified: null, by: 'ann' },
        ...{ createdAt: clock.now().toISOString() },
        source: { kind: 'snapshot', digest: kept, dockerfile: 'Dockerfile' },
      };
      await stepped.engine.enqueue({ name: 'rollout' }, id, request, servicePlaceOf(settings));
      return id;
    },
    command: (id, command) => commandRollout(stepped.engine, id, command, (ms) => clock.sleep(ms)),
    until: async (id, isSo) => {
      for (const end = clock.passed() + LONGEST_MS; clock.passed() < end; clock.step()) {
        await atWork.quiet();
        const rollout = await read(id);
        if (isSo(rollout)) return rollout;
      }
      throw new Error(`never so: ${JSON.stringify((await read(id)).steps.at(-1))}`);
    },
    service: (stage) => {
      const name = `projects/${PROJECT}/locations/${REGION}/services/shop-${stage}`;
      return google.state.run.services.get(name)!;
    },
    close: async () => {
      await platform.close();
      await google.close();
      await addresses.close();
    },
  };
}

/** Requests come all the time, whatever befalls whoever deploys. */
async function live(
  clock: SteppedClock,
  liveMinute: (from: Date, to: Date, requests: number) => void,
): Promise<void> {
  for (;;) {
    await clock.sleep(MINUTE_MS - (clock.now().getTime() % MINUTE_MS));
    const to = clock.now();
    liveMinute(new Date(to.getTime() - MINUTE_MS), to, REQUESTS_A_MINUTE);
  }
}

function snapshot(version: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'Dockerfile', mtime: new Date(0) }, `FROM scratch\nLABEL version="${version}"\n`);
  tar.finalize();
  return buffer(tar);
}
