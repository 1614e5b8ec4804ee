import { markdownReport, matrixOf, plan, reportOf } from '../index.ts';
import { planExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { deliver, inputsOf } from './output.ts';
import { inSession } from './session.ts';
import { version } from './version.ts';

export interface ReportFlags extends JobFlags {
  readonly output?: string;
  readonly matrix?: boolean;
}

/** `fettle report`: what `plan` found, as a document; JSON with `--json`. */
export async function runReport(directory: string, flags: ReportFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }) => {
    const planned = await plan(job, world, progress.watch);
    const named = { ...job, pythons: [], platforms: [] };
    const cells =
      flags.matrix === true ? { matrix: await matrixOf(planned, named, world, progress.watch) } : {};
    progress.done();
    const report = reportOf(planned, { version: version(), ...cells });
    const text = flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : markdownReport(report);
    await deliver(text, flags.output ?? null, inputsOf(planned.scan.project, flags), world);
    return planExit(planned);
  });
}
