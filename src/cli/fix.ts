import {
  fixScreen,
  judge,
  keepRun,
  openSigner,
  plan,
  planAnswer,
  planScreen,
  repair,
  reportOf,
  runNameOf,
  verifiedRepair,
  withLocks,
} from '../index.ts';
import type { Job, Level, Repaired, ServiceVerification, Verified, Watch, World } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { formatOf, giveAnswer } from './format.ts';
import type { FormatFlags } from './format-flags.ts';
import { reportPath, undoCommand } from './next-command.ts';
import { inputsOf, patch, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { changedJob, noneChanged } from './since.ts';
import { verifyOptions } from './verify-flags.ts';
import type { VerifyFlags } from './verify-flags.ts';
import { version } from './version.ts';

export interface FixFlags extends JobFlags, VerifyFlags, FormatFlags {
  /** How far the plan is tried out before it is written; absent: it is not. */
  readonly verify?: Level;
  readonly dryRun?: boolean;
  /** Private key in PEM; absent: the one of FETTLE_SIGN_KEY_FILE. */
  readonly signKey?: string;
}

/** `fettle fix`: plans, writes all or nothing, reads it again. `--dry-run` prints the patch instead. */
export async function runFix(directory: string, flags: FixFlags): Promise<ExitCode> {
  const verifies = flags.verify !== undefined && flags.dryRun !== true;
  const format = formatOf(flags, `fix${verifies ? '' : ' without --verify'}`, { plans: true, verifies });
  return inSession(directory, flags, async ({ job: asked, world, progress }) => {
    const job = await changedJob(asked, flags, world);
    if (job === null) return noneChanged(flags);
    if (flags.dryRun === true) {
      const planned = await withLocks(await plan(job, world, progress.watch), world, progress.watch);
      progress.done();
      await giveAnswer(format, flags, {
        report: () => reportOf(planned, { version: version() }),
        screen: () => patch(planned.write, flags.output),
        inputs: inputsOf(planned.scan.project, flags),
        world,
      });
      return judge(planned).exitCode;
    }
    const startedAt = world.clock.now();
    // A key that cannot be used is told before anything is written.
    const signer = await openSigner(flags.signKey ?? null, world);
    const { repaired, verified } = await repairAs(job, flags, world, progress.watch);
    progress.done();
    const services = verified?.services ?? [];
    const report = reportOf(repaired, { version: version(), verified: services });
    const run = {
      id: repaired.written?.run ?? runNameOf(startedAt),
      paths: repaired.written?.paths ?? [],
      startedAt,
    };
    const isKept = repaired.written !== null || verified !== null;
    const saved = isKept ? await keepRun(repaired.scan, run, report, { world, signer, verified }) : null;
    await giveAnswer(format, flags, {
      report: () => report,
      screen: () => screen(repaired, services, saved, flags),
      inputs: inputsOf(repaired.scan.project, flags),
      world,
    });
    return judge(repaired, services).exitCode;
  });
}

function screen(
  repaired: Repaired,
  services: readonly ServiceVerification[],
  saved: string | null,
  flags: FixFlags,
): string {
  const options = screenOptions(flags.verbose ?? false, flags.output);
  const { root } = repaired.scan.project;
  const traces = saved === null ? null : { report: reportPath(root, saved), undo: undoCommand(root) };
  const body =
    flags.quiet === true ? planAnswer(repaired, options.width) : `${planScreen(repaired, options)}\n`;
  return `${body}${fixScreen(repaired, services, traces, options)}`;
}

async function repairAs(
  job: Job,
  flags: FixFlags,
  world: World,
  watch: Watch,
): Promise<{ readonly repaired: Repaired; readonly verified: Verified | null }> {
  if (flags.verify === undefined) return { repaired: await repair(job, world, watch), verified: null };
  const repaired = await verifiedRepair(job, verifyOptions(flags.verify, flags), world, watch);
  return { repaired, verified: repaired.verified };
}
