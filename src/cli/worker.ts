import { work } from '../index.ts';
import type { EngineFlags } from './deploy-flags.ts';
import type { ExitCode } from './exit-code.ts';
import { inWorld } from './rollout-session.ts';

export interface WorkerFlags extends EngineFlags {
  readonly whileBusy?: boolean;
  readonly atOnce: number;
}

/** `fettle worker`: works at rollouts. Told to end, it lets go: what it was at goes on with the next worker. */
export async function runWorker(flags: WorkerFlags): Promise<ExitCode> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  await inWorld((world, progress) =>
    work(
      {
        engine: flags.engine ?? null,
        atOnce: flags.atOnce,
        whileBusy: flags.whileBusy ?? false,
        signal: stopping.signal,
      },
      world,
      progress.watch,
    ),
  );
  return 0;
}
