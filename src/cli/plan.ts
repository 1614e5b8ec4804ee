import { plan, planScreen, reportOf } from '../index.ts';
import { planExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { patch, print, screenOptions } from './output.ts';
import { inSession } from './session.ts';

export interface PlanFlags extends JobFlags {
  readonly diff?: boolean;
}

/** `fettle plan`: the smallest safe set of changes, with reasons. Writes nothing. */
export async function runPlan(directory: string, flags: PlanFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }) => {
    const planned = await plan(job, world, progress.watch);
    progress.done();
    if (flags.json === true) await print(`${JSON.stringify(reportOf(planned), null, 2)}\n`);
    else if (flags.diff === true) await print(patch(planned.write.diff));
    else {
      const next = planned.write.files.length === 0 ? '' : 'next: fettle fix   (or fettle plan --diff)\n';
      await print(
        `${flags.quiet === true ? '' : `${planScreen(planned, screenOptions(flags.verbose ?? false))}\n`}${next}`,
      );
    }
    return planExit(planned);
  });
}
