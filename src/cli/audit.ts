import { audit, auditReportOf, auditScreen, judge, scanFooter } from '../index.ts';
import type { Audit } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { formatOf, giveAnswer } from './format.ts';
import type { FormatFlags } from './format-flags.ts';
import { nextCommand } from './next-command.ts';
import { inputsOf, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { changedJob, noneChanged } from './since.ts';
import { version } from './version.ts';

export interface AuditFlags extends JobFlags, FormatFlags {
  readonly frozen?: boolean;
  /** False: "--no-deps" was given. */
  readonly deps?: boolean;
}

/** `fettle audit`: the advisories of what is pinned or locked, and nothing else. Writes nothing. */
export async function runAudit(directory: string, flags: AuditFlags): Promise<ExitCode> {
  const format = formatOf(flags, 'audit', { plans: false, verifies: false });
  return inSession(directory, flags, async ({ job: asked, world, progress }) => {
    const job = await changedJob({ ...asked, frozen: flags.frozen ?? false }, flags, world);
    if (job === null) return noneChanged(flags);
    const started = performance.now();
    const found = await audit(job, world, progress.watch, { noDeps: flags.deps === false });
    progress.done();
    await giveAnswer(format, flags, {
      report: () => auditReportOf(found, { version: version() }),
      screen: () => screen(found, directory, flags, started),
      inputs: inputsOf(found.project, flags),
      world,
    });
    return judge({ audit: found }).exitCode;
  });
}

function screen(found: Audit, directory: string, flags: AuditFlags, started: number): string {
  const options = screenOptions(flags.verbose ?? false, flags.output);
  const next = nextStep(found, directory, flags);
  const footer = `${scanFooter(found, performance.now() - started, next, options.width)}\n`;
  return flags.quiet === true ? footer : `${auditScreen(found, options)}\n${footer}`;
}

/** What is found is planned away; what was not looked at, a scan looks at. */
function nextStep(found: Audit, directory: string, flags: AuditFlags): string {
  const { exitCode } = judge({ audit: found });
  if (exitCode === 1) return `next: ${nextCommand('plan', directory, flags)}`;
  const frozen = flags.frozen === true ? ['--frozen'] : [];
  const scan = nextCommand('scan', directory, flags, frozen);
  return exitCode === 3
    ? `next, for what was not looked at: ${scan}`
    : `all the rest is looked at by: ${scan}`;
}
