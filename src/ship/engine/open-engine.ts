import type { World } from '../../io/world.ts';
import type { Engine, EngineWorker, QueueLimits, Workflow } from './engine.ts';
import type { EnginePlace } from './engine-place.ts';
import type { WorkerTiming } from './worker-timing.ts';
import { USUAL_TIMING } from './worker-timing.ts';

export type { EnginePlace } from './engine-place.ts';

type EngineWorld = Pick<World, 'environment'>;

/**
 * The engine at a place, its database started and its tables made where they are not. What it is made of is loaded here and no
 * sooner: other commands never need it. Errors: UserFacingError `engine-unavailable`, `engine-unsuitable`.
 */
export async function openEngine(place: EnginePlace, world: EngineWorld): Promise<Engine> {
  const { reachDatabase } = await import('./reach-database.ts');
  const { openDbosEngine } = await import('./dbos/dbos-engine.ts');
  return openDbosEngine(await reachDatabase(place, world));
}

/**
 * Works at the runs of these workflows until it is stopped. One at a time in a process. `onNotice`: that its database is away, and that
 * it is back, once each. Errors as of `openEngine`.
 */
export async function startWorker(
  place: EnginePlace,
  // Each has an input and an output of its own.
  workflows: readonly Workflow<never, unknown>[],
  limits: QueueLimits,
  world: EngineWorld,
  timing: WorkerTiming = USUAL_TIMING,
  onNotice: (notice: string) => void = () => undefined,
): Promise<EngineWorker> {
  const { reachDatabase } = await import('./reach-database.ts');
  const { startDbosWorker } = await import('./dbos/dbos-worker.ts');
  return startDbosWorker(await reachDatabase(place, world), workflows, limits, timing, onNotice);
}
