import { join } from 'node:path';
import { UserFacingError } from './domain/errors.ts';
import type { World } from './io/world.ts';
import type { RolloutClient } from './rollout-client.ts';
import type { Watch } from './watch.ts';

/** Sees to it that rollouts are worked at. */
export interface WorkerKeeper {
  /** Looks whether a worker is alive, now and then; starts one where this machine's own engine has none. */
  keep(): Promise<void>;
}

/** How this command starts another of itself. */
export interface OwnCommand {
  /** Absolute path of the command's script. */
  readonly script: string;
  /** Stages of one region that may be at work at the same time. */
  readonly atOnce: number;
}

const LOOK_MS = 3_000;
/** How long a worker may take until the engine knows of it. */
const START_MS = 45_000;
const MOST_STARTS = 4;

/**
 * With the engine of this machine a worker is started where none is alive, and again when it dies. With an engine elsewhere that is told,
 * and waited for.
 */
export function workerKeeper(
  client: RolloutClient,
  own: OwnCommand,
  world: World,
  watch: Watch = {},
): WorkerKeeper {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let starting: { readonly pid: number; readonly at: number } | null = null;
  let starts = 0;
  let told = false;
  const start = async (now: number): Promise<void> => {
    if (starting !== null && (await isStarting(starting, now, world))) return;
    if (starts === MOST_STARTS) throw diesAgain(world);
    if (starts > 0) watch.onNotice?.('the worker is gone: another is started');
    starts += 1;
    starting = { pid: await startWorkerDaemon(own, world), at: now };
  };
  return {
    keep: async () => {
      const now = performance.now();
      if (now - lookedAt < LOOK_MS) return;
      lookedAt = now;
      const isAlive = (await client.engine.workers()).length > 0;
      if (isAlive) starting = null;
      else if (client.place.kind === 'embedded') await start(now);
      else if (!told) {
        told = true;
        watch.onNotice?.(
          'no worker is alive: start "fettle worker" with the same --engine; this waits for it',
        );
      }
    },
  };
}

/** A process that is gone will not come up. Where nobody can tell (not on Linux) its time is waited for. */
async function isStarting(
  { pid, at }: { readonly pid: number; readonly at: number },
  now: number,
  { processes, machine }: World,
): Promise<boolean> {
  if (now - at >= START_MS) return false;
  if (machine?.platform.os !== 'linux') return true;
  return (await processes.family(pid, 1)) !== null;
}

/** Credentials go by the environment alone, as they came. */
async function startWorkerDaemon({ script, atOnce }: OwnCommand, world: World): Promise<number> {
  const folder = world.machine!.dataFolder;
  await world.files.makeDirectory(folder);
  const pairs = Object.entries(world.environment).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const pid = await world.processes.daemon({
    command: [process.execPath, script, 'worker', '--while-busy', '--at-once', String(atOnce)],
    cwd: folder,
    environment: Object.fromEntries(pairs),
    logPath: workerLog(folder),
  });
  if (pid !== null) return pid;
  throw new UserFacingError('engine-unavailable', 'a worker could not be started', {
    hint: `start one yourself: fettle worker; what it says is in ${workerLog(folder)}`,
  });
}

function workerLog(folder: string): string {
  return join(folder, 'worker.log');
}

function diesAgain({ machine }: World): UserFacingError {
  return new UserFacingError(
    'engine-unavailable',
    `a worker was started ${MOST_STARTS} times and did not stay`,
    {
      hint: `what it said is in ${workerLog(machine!.dataFolder)}; the rollout goes on once a worker does: fettle worker`,
      outside: true,
    },
  );
}
