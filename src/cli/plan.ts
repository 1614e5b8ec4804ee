import { judge, plan, planAnswer, planScreen, reportOf } from '../index.ts';
import type { Planned } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { formatOf, giveAnswer } from './format.ts';
import type { FormatFlags } from './format-flags.ts';
import { nextCommand } from './next-command.ts';
import { inputsOf, patch, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { changedJob, noneChanged } from './since.ts';
import { version } from './version.ts';

export interface PlanFlags extends JobFlags, FormatFlags {
  readonly diff?: boolean;
}

/** `fettle plan`: the smallest safe set of changes, with reasons. Writes nothing. */
export async function runPlan(directory: string, flags: PlanFlags): Promise<ExitCode> {
  const format = formatOf(flags, 'plan', { plans: true, verifies: false });
  return inSession(directory, flags, async ({ job: asked, world, progress }) => {
    const job = await changedJob(asked, flags, world);
    if (job === null) return noneChanged(flags);
    const planned = await plan(job, world, progress.watch);
    progress.done();
    await giveAnswer(format, flags, {
      report: () => reportOf(planned, { version: version() }),
      screen: () =>
        flags.diff === true ? patch(planned.write, flags.output) : screen(planned, directory, flags),
      inputs: inputsOf(planned.scan.project, flags),
      world,
    });
    return judge(planned).exitCode;
  });
}

function screen(planned: Planned, directory: string, flags: PlanFlags): string {
  const options = screenOptions(flags.verbose ?? false, flags.output);
  if (flags.quiet === true) return planAnswer(planned, options.width);
  const next =
    planned.write.files.length === 0 && !planned.plans.some(({ plan: one }) => one.lock?.rewritten === true)
      ? ''
      : `patch: ${nextCommand('plan', directory, flags, ['--diff'])}\nnext: ${nextCommand('fix', directory, flags)}\n`;
  return `${planScreen(planned, options)}${next}`;
}
