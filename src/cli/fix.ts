import {
  fixScreen,
  openSigner,
  plan,
  planAnswer,
  planScreen,
  repair,
  reportOf,
  saveEvidence,
  saveReport,
  withLocks,
} from '../index.ts';
import { fixExit, planExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { reportPath, undoCommand } from './next-command.ts';
import { patch, print, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { version } from './version.ts';

export interface FixFlags extends JobFlags {
  readonly dryRun?: boolean;
  /** Private key in PEM; absent: the one of FETTLE_SIGN_KEY_FILE. */
  readonly signKey?: string;
}

/** `fettle fix`: plans, writes all or nothing, reads it again. `--dry-run` prints the patch instead. */
export async function runFix(directory: string, flags: FixFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }) => {
    if (flags.dryRun === true) {
      const planned = await withLocks(await plan(job, world, progress.watch), world, progress.watch);
      progress.done();
      await print(
        flags.json === true
          ? `${JSON.stringify(reportOf(planned, { version: version() }), null, 2)}\n`
          : patch(planned.write.diff),
      );
      return planExit(planned);
    }
    const startedAt = world.clock.now();
    // A key that cannot be used is told before anything is written.
    const signer = await openSigner(flags.signKey ?? null, world);
    const repaired = await repair(job, world, progress.watch);
    progress.done();
    const report = reportOf(repaired, { version: version() });
    const run = repaired.written?.run ?? null;
    const saved = run === null ? null : await saveReport(repaired.scan.project.root, run, report, world);
    await saveEvidence(repaired, report, startedAt, world, signer);
    if (flags.json === true) await print(`${JSON.stringify(report, null, 2)}\n`);
    else {
      const options = screenOptions(flags.verbose ?? false);
      const { root } = repaired.scan.project;
      const traces = saved === null ? null : { report: reportPath(root, saved), undo: undoCommand(root) };
      const body =
        flags.quiet === true ? planAnswer(repaired, options.width) : `${planScreen(repaired, options)}\n`;
      await print(`${body}${fixScreen(repaired, traces, options)}`);
    }
    return fixExit(repaired);
  });
}
