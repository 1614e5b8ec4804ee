import type { World } from './io/world.ts';
import { enginePlace } from './ship/engine/engine-place.ts';
import { openEngine, startWorker } from './ship/engine/open-engine.ts';
import { USUAL_TIMING } from './ship/engine/worker-timing.ts';
import { openAllPlatforms } from './ship/platforms/platforms.ts';
import type { Watch } from './watch.ts';

export interface WorkOptions {
  /** The address of a PostgreSQL; null: as the environment says, else this machine's own. */
  readonly engine: string | null;
  /** Stages of one project and region that may be at work at the same time. */
  readonly atOnce: number;
  /** Ends once nothing has been queued, running or waiting for a while. */
  readonly whileBusy: boolean;
  /** Ends when it is aborted; what it is at goes on with the next worker. */
  readonly signal: AbortSignal;
}

const LOOK_MS = 1_000;
/** A command that has just begun a rollout may still be at putting it into its queue. */
const IDLE_MS = 15_000;

/** Works at rollouts until it is told to stop, or, `whileBusy`, until there are none. */
export async function work(options: WorkOptions, world: World, watch: Watch = {}): Promise<void> {
  const { atOnce, signal } = options;
  const place = enginePlace(options.engine, world);
  const engine = await openEngine(place, world);
  const platforms = await openAllPlatforms(world);
  const tools = {
    platformOf: platforms.of,
    kept: (digest: string) => engine.kept(digest),
    environment: world.environment,
  };
  try {
    // Loaded by a worker alone: with the statistics of the analysis they are a tenth of what every command would read at its start.
    const [{ rolloutWorkflow }, { stageWorkflow }] = await Promise.all([
      import('./ship/rollout/rollout-workflow.ts'),
      import('./ship/rollout/stage-workflow.ts'),
    ]);
    const workflows = [rolloutWorkflow(tools), stageWorkflow(tools)];
    const limits = { service: 1, region: atOnce } as const;
    const worker = await startWorker(place, workflows, limits, world, USUAL_TIMING, watch.onNotice);
    watch.onNotice?.(`worker ${worker.slot} works`);
    try {
      await untilDone(options, () => worker.isIdle(), world);
    } finally {
      await worker.stop();
    }
    watch.onNotice?.(
      signal.aborted ? 'stopped: what was under way goes on with the next worker' : 'nothing is left to do',
    );
  } finally {
    await platforms.close();
    await engine.close();
  }
}

async function untilDone(
  { whileBusy, signal }: WorkOptions,
  isIdle: () => Promise<boolean>,
  { clock }: Pick<World, 'clock'>,
): Promise<void> {
  let idleSince: number | null = null;
  while (!signal.aborted) {
    await clock.sleep(LOOK_MS);
    if (!whileBusy) continue;
    const now = performance.now();
    idleSince = (await isIdle()) ? (idleSince ?? now) : null;
    if (idleSince !== null && now - idleSince >= IDLE_MS) return;
  }
}
