import { judge, markdownReport, matrixOf, plan, projectReport, reportOf, UserFacingError } from '../index.ts';
import type { Report } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { formatOf, giveAnswer } from './format.ts';
import type { FormatFlags } from './format-flags.ts';
import { inputsOf } from './output.ts';
import type { Inputs } from './output.ts';
import { inSession } from './session.ts';
import type { Session } from './session.ts';
import { version } from './version.ts';

export interface ReportFlags extends JobFlags, FormatFlags {
  readonly matrix?: boolean;
  /** A run of `.fettle/runs`, or "last". */
  readonly run?: string;
}

interface Told {
  readonly report: Report;
  readonly inputs: Inputs;
  readonly exit: ExitCode;
}

/** `fettle report`: what `plan` found, as a document; with `--run` what an earlier run found, without looking again. */
export async function runReport(directory: string, flags: ReportFlags): Promise<ExitCode> {
  const { run } = flags;
  const format = formatOf(flags, 'report without --run', { plans: true, verifies: run !== undefined });
  if (run !== undefined && flags.matrix === true)
    throw new UserFacingError(
      'usage',
      '--matrix judges the files as they are, and --run tells of an earlier run',
    );
  return inSession(directory, flags, async (session) => {
    const told = run === undefined ? await planned(session, flags) : await kept(directory, run, session);
    session.progress.done();
    await giveAnswer(format, flags, {
      report: () => told.report,
      screen: () => markdownReport(told.report),
      ...{ inputs: told.inputs, world: session.world },
    });
    return told.exit;
  });
}

async function planned({ job, world, progress }: Session, flags: ReportFlags): Promise<Told> {
  const made = await plan(job, world, progress.watch);
  const named = { ...job, pythons: [], platforms: [] };
  const cells = flags.matrix === true ? { matrix: await matrixOf(made, named, world, progress.watch) } : {};
  return {
    report: reportOf(made, { version: version(), ...cells }),
    inputs: inputsOf(made.scan.project, flags),
    exit: judge(made).exitCode,
  };
}

async function kept(directory: string, run: string, { world }: Session): Promise<Told> {
  const { report, root, path } = await projectReport(directory, run === 'last' ? null : run, world);
  const read = [path, ...report.services.flatMap(({ manifests }) => manifests.map(({ file }) => file))];
  const files: Inputs['project']['files'] = new Map();
  return {
    report,
    inputs: { project: { root, files }, others: read.map((file) => `${root}/${file}`) },
    exit: report.verdict.exitCode,
  };
}
