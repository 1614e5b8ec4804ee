import { closeWorld, openWorld } from '../index.ts';
import type { Job, World } from '../index.ts';
import { jobOf } from './flags.ts';
import type { JobFlags } from './flags.ts';
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
  const progress = new Progress(
    process.stderr,
    process.stderr.isTTY && flags.json !== true && flags.quiet !== true,
  );
  const world = await openWorld({
    cacheDir: flags.cacheDir ?? null,
    environment: process.env,
    offline: flags.offline ?? false,
    onWarning: (message) => progress.notice(message),
  });
  try {
    const bundle = flags.bundle === undefined ? null : await readBundleFile(flags.bundle, world);
    return await work({ job: { ...jobOf(directory, flags), bundle }, world, progress });
  } finally {
    progress.done();
    await closeWorld(world);
  }
}

async function readBundleFile(path: string, world: World): Promise<ReadonlyMap<string, Uint8Array>> {
  const { readBundle } = await import('../index.ts');
  return readBundle(path, world);
}
