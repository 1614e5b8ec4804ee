import { explain, explainScreen, reportedExplanation } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { print, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { version } from './version.ts';

/** `fettle explain`: why a package is here, at this version, and what would move it. */
export async function runExplain(name: string, directory: string, flags: JobFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }): Promise<ExitCode> => {
    const explained = await explain(job, name, world, progress.watch);
    progress.done();
    await print(
      flags.json === true
        ? `${JSON.stringify(reportedExplanation(explained, version()), null, 2)}\n`
        : explainScreen(explained, screenOptions(flags.verbose ?? false)),
    );
    return 0;
  });
}
