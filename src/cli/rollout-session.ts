import { closeWorld, openRollouts, openWorld } from '../index.ts';
import type { RolloutClient, World } from '../index.ts';
import { Interrupts } from './interrupt.ts';
import { Progress } from './progress.ts';

/** What a command on rollouts works with. */
export interface RolloutSession {
  readonly client: RolloutClient;
  readonly world: World;
  readonly progress: Progress;
}

/** The machine, for a command that may come to need the engine. */
export async function inWorld<T>(work: (world: World, progress: Progress) => Promise<T>): Promise<T> {
  const progress = new Progress(process.stderr, process.stderr.isTTY, () => undefined);
  const world = await openWorld({
    ...{ cacheDir: null, environment: process.env },
    onWarning: (message) => progress.notice(message),
  });
  try {
    return await work(world, progress);
  } finally {
    progress.done();
    await closeWorld(world);
  }
}

/** Ends on Ctrl-C; nothing that a rollout does ends with it. */
export async function inRollouts<T>(
  engine: string | undefined,
  work: (session: RolloutSession) => Promise<T>,
): Promise<T> {
  return inWorld(async (world, progress) => {
    const interrupts = new Interrupts(process, (message) => progress.notice(message));
    progress.watch.onStage?.('reaching the engine');
    const client = await openRollouts(engine ?? null, world).finally(() => interrupts.stop());
    // What is printed from here on begins a line of its own.
    progress.done();
    try {
      return await work({ client, world, progress });
    } finally {
      progress.done();
      await client.engine.close();
    }
  });
}
