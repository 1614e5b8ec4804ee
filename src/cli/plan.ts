import { plan, planAnswer, planScreen, reportOf } from '../index.ts';
import type { Planned } from '../index.ts';
import { planExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { nextCommand } from './next-command.ts';
import { patch, print, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { changedJob, noneChanged } from './since.ts';
import { version } from './version.ts';

export interface PlanFlags extends JobFlags {
  readonly diff?: boolean;
}

/** `fettle plan`: the smallest safe set of changes, with reasons. Writes nothing. */
export async function runPlan(directory: string, flags: PlanFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job: asked, world, progress }) => {
    const job = await changedJob(asked, flags, world);
    if (job === null) return noneChanged(flags);
    const planned = await plan(job, world, progress.watch);
    progress.done();
    if (flags.json === true)
      await print(`${JSON.stringify(reportOf(planned, { version: version() }), null, 2)}\n`);
    else if (flags.diff === true) await print(patch(planned.write.diff));
    else await print(screen(planned, directory, flags));
    return planExit(planned);
  });
}

function screen(planned: Planned, directory: string, flags: PlanFlags): string {
  const options = screenOptions(flags.verbose ?? false);
  if (flags.quiet === true) return planAnswer(planned, options.width);
  const next =
    planned.write.files.length === 0 && !planned.plans.some(({ plan: one }) => one.lock?.rewritten === true)
      ? ''
      : `patch: ${nextCommand('plan', directory, flags, ['--diff'])}\nnext: ${nextCommand('fix', directory, flags)}\n`;
  return `${planScreen(planned, options)}${next}`;
}
