import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  watch,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import type { DeploySettings, StageSettings } from '../../src/domain/deploy-settings.ts';
import type { Rollout, RolloutRequest } from '../../src/domain/rollout.ts';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import type { ServicePlace } from '../../src/ship/deployment/platform.ts';
import { openEngine } from '../../src/ship/engine/open-engine.ts';
import { stopEmbeddedServer } from '../../src/ship/engine/postgres/embedded-database.ts';
import { localPlatform } from '../../src/ship/platforms/local/local-platform.ts';
import type { LocalPlatform } from '../../src/ship/platforms/local/local-platform.ts';
import { readRollout } from '../../src/ship/rollout/read-rollout.ts';
import { rolloutId, servicePlaceOf } from '../../src/ship/rollout/rollout-names.ts';
import { kill, killAllBelow, processesBelow } from '../support/kill-all.ts';
import { tarOf } from '../support/local-services.ts';

/** What can be killed. */
export const VICTIMS = ['worker', 'postgres', 'supervisor', 'watcher', 'revision', 'relay'] as const;
export type Victim = (typeof VICTIMS)[number];

/** The whole of it on this machine: engine, worker, supervisor and services, each in processes of their own. */
export interface RolloutBench {
  readonly platform: LocalPlatform;
  place(settings: DeploySettings): ServicePlace;
  /** Asks for a rollout of these files; gives its id. */
  begin(settings: DeploySettings, files: Readonly<Record<string, string>>): Promise<string>;
  read(id: string): Promise<Rollout>;
  /** Kills it as the kernel would, if it runs. `pick`: from 0 up to 1, of several. False: it did not run. */
  kill(victim: Victim, service: string, pick: number): Promise<boolean>;
  /** Builds by their keys, and how often each came to its end. */
  readonly builds: ReadonlyMap<string, number>;
  /** Ends it all; gives the processes that were left over. */
  close(): Promise<readonly number[]>;
}

/** A killed worker is started again after so many milliseconds, more or less. */
const WORKER_PAUSE_MS = 800;

export async function rolloutBench(random: () => number): Promise<RolloutBench> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fettle-killed-')));
  // Root's PostgreSQL runs as another user.
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  const environment = { ...process.env, FETTLE_DATA_DIR: data, FETTLE_CACHE_DIR: join(folder, 'cache') };
  const world = await openWorld({ cacheDir: null, environment, onWarning: () => undefined });
  const script = inject('command');
  const supervisorScript = join(dirname(realpathSync(script)), '..', 'daemons', 'local-supervisor.js');
  const platform = localPlatform(world, { supervisorScript });
  const engine = await openEngine({ kind: 'embedded', folder: data }, world);
  const worker = keptWorker(script, folder, environment, random);
  const builds = countedBuilds(join(data, 'local', 'builds'));
  return {
    ...{ platform, builds: builds.counts },
    place: (settings) => ({ settings, stage: settings.stages[0]! }),
    begin: async (settings, files) => {
      const bytes = await tarOf(files);
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const request = requestOf(settings, digest, random);
      await engine.keep(digest, bytes);
      await engine.enqueue({ name: 'rollout' }, request.id, request, servicePlaceOf(settings));
      return request.id;
    },
    read: async (id) => (await readRollout(engine, id))!,
    kill: async (victim, service, pick) => {
      const pid = await pidOf(victim, { data, platform, worker: worker.pid(), service, pick });
      if (pid !== null) kill(pid);
      return pid !== null;
    },
    close: async () => {
      builds.close();
      await worker.stop();
      await platform.shutDown();
      await engine.close();
      await closeWorld(world);
      await stopEmbeddedServer(data, 'SIGQUIT');
      const left = await leftBelow(folder);
      await killAllBelow(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      return left;
    },
  };
}

function requestOf(settings: DeploySettings, digest: string, random: () => number): RolloutRequest {
  const now = new Date();
  return {
    ...{ id: rolloutId(settings.service, now, random), settings, until: settings.stages[0]!.name },
    source: { kind: 'snapshot', digest, dockerfile: null },
    ...{ verified: null, by: 'ann', createdAt: now.toISOString() },
  };
}

/** A worker that is started again whenever it is gone. */
function keptWorker(
  script: string,
  folder: string,
  environment: NodeJS.ProcessEnv,
  random: () => number,
): { pid(): number | null; stop(): Promise<void> } {
  const log = openSync(join(folder, 'worker.log'), 'a');
  let stopped = false;
  let child: ChildProcess;
  let again: NodeJS.Timeout | undefined;
  const start = (): void => {
    child = spawn(process.execPath, [script, 'worker', '--at-once', '8'], {
      ...{ cwd: folder, env: environment, stdio: ['ignore', log, log] },
    });
    child.on('exit', () => {
      if (!stopped) again = setTimeout(start, random() * 2 * WORKER_PAUSE_MS);
    });
  };
  start();
  return {
    pid: () => (child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null),
    stop: async () => {
      stopped = true;
      clearTimeout(again);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.on('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** What a build came to is put into its place whole, by its key. */
function countedBuilds(folder: string): { readonly counts: ReadonlyMap<string, number>; close(): void } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const counts = new Map<string, number>();
  const watcher = watch(folder, (event, name) => {
    if (event === 'rename' && name?.endsWith('.json') === true) counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return { counts, close: () => watcher.close() };
}

interface Scene {
  readonly data: string;
  readonly platform: LocalPlatform;
  readonly worker: number | null;
  readonly service: string;
  readonly pick: number;
}

async function pidOf(victim: Victim, scene: Scene): Promise<number | null> {
  const { data, platform, worker } = scene;
  switch (victim) {
    case 'worker':
      return worker;
    case 'postgres':
      return numberIn(join(data, 'postgres', 'data', 'postmaster.pid'));
    case 'supervisor':
      return (await platform.processes())?.pid ?? null;
    case 'watcher':
      return processesBelow(`\0watch\0${data}\0`)[0] ?? null;
    case 'revision':
    case 'relay':
      return revisionPid(victim === 'relay' ? 'relay' : 'service', scene);
  }
}

async function revisionPid(
  kind: 'service' | 'relay',
  { platform, service, pick }: Scene,
): Promise<number | null> {
  const all = (await platform.processes())?.services ?? {};
  const own = Object.entries(all).find(([key]) => key.startsWith(`${service}@`))?.[1] ?? {};
  const pids = Object.values(own).map((one) => one[kind]);
  const running = pids.filter((pid) => pid !== null);
  return running[Math.floor(pick * running.length)] ?? null;
}

function numberIn(path: string): number | null {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** What still runs a while after everything was ended. */
async function leftBelow(folder: string): Promise<readonly number[]> {
  for (let tries = 0; tries < 100 && processesBelow(folder).length > 0; tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return processesBelow(folder);
}

export function stageOf(service: string, steps: readonly number[]): StageSettings {
  return {
    ...{ name: 'staging', service, steps, approval: false, port: 0, project: null, region: null },
    deadlines: { build: 60, ready: 40, checks: 8, step: 40, soak: 1, approval: 60 },
  };
}
