import { bundleHeader, closeWorld, openWorld, readBundle } from '../index.ts';
import type { Job, World } from '../index.ts';
import { endOfDay, jobOf } from './flags.ts';
import type { JobFlags } from './flags.ts';
import { Interrupts } from './interrupt.ts';
import { Progress } from './progress.ts';

/** What a command works with: the job, the machine, and the line on which progress is drawn. */
export interface Session {
  readonly job: Job;
  readonly world: World;
  readonly progress: Progress;
}

/** Opens the world for one command and closes it again, whatever happens. */
export async function inSession<T>(
  directory: string,
  flags: JobFlags,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const draws = process.stderr.isTTY && flags.json !== true && flags.quiet !== true;
  const interrupts = new Interrupts(process, (message) => progress.notice(message));
  const progress = new Progress(process.stderr, draws, (writing) => interrupts.during(writing));
  const world = await openWorld({
    cacheDir: flags.cacheDir ?? null,
    environment: process.env,
    // All that a bundle's job needs is in it: no network is used at all.
    offline: flags.offline ?? flags.bundle !== undefined,
    onWarning: (message) => progress.notice(message),
  });
  try {
    const job = { ...jobOf(directory, flags), ...(await bundleOf(flags, world)) };
    return await work({ job, world, progress });
  } finally {
    progress.done();
    await closeWorld(world);
    interrupts.stop();
  }
}

/** The bundle, and the days that it speaks of: its own, and the `--as-of` that it was made with. */
export async function bundleOf(
  flags: Pick<JobFlags, 'asOf' | 'bundle'>,
  world: World,
): Promise<Pick<Job, 'asOf' | 'bundle' | 'day'>> {
  const asOf = flags.asOf ?? null;
  if (flags.bundle === undefined) return { asOf, bundle: null };
  const bundle = await readBundle(flags.bundle, world);
  const { created, asOf: madeAsOf } = bundleHeader(bundle);
  return { asOf: asOf ?? (madeAsOf === null ? null : endOfDay(madeAsOf)), bundle, day: endOfDay(created) };
}
