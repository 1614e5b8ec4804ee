import { judge, knownBeforeScreen, reportOf, scan, scanAgainst, scanFooter, scanScreen } from '../index.ts';
import type { ComparedScan, Report, Scan } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { formatOf, giveAnswer } from './format.ts';
import type { FormatFlags } from './format-flags.ts';
import { nextCommand } from './next-command.ts';
import { inputsOf, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { changedJob, noneChanged } from './since.ts';
import { version } from './version.ts';

export interface ScanFlags extends JobFlags, FormatFlags {
  readonly frozen?: boolean;
  readonly baseline?: string;
}

/** `fettle scan`: what is wrong, worst first. Writes nothing. With `--baseline` only what is new counts. */
export async function runScan(directory: string, flags: ScanFlags): Promise<ExitCode> {
  const format = formatOf(flags, 'scan', { plans: false, verifies: false });
  return inSession(directory, flags, async ({ job: asked, world, progress }) => {
    const job = await changedJob({ ...asked, frozen: flags.frozen ?? false }, flags, world);
    if (job === null) return noneChanged(flags);
    const started = performance.now();
    const compared: ComparedScan =
      flags.baseline === undefined
        ? { scan: await scan(job, world, progress.watch), knownBefore: [], unreadBefore: [] }
        : await scanAgainst(job, flags.baseline, world, progress.watch);
    progress.done();
    await giveAnswer(format, flags, {
      report: () => reported(compared, flags),
      screen: () => screen(compared, directory, flags, started),
      inputs: inputsOf(compared.scan.project, flags),
      world,
    });
    return judge(compared).exitCode;
  });
}

function screen(compared: ComparedScan, directory: string, flags: ScanFlags, started: number): string {
  const { scan: scanned, knownBefore, unreadBefore } = compared;
  const options = screenOptions(flags.verbose ?? false, flags.output);
  const next = nextStep(scanned, directory, flags);
  const footer = `${scanFooter(scanned, performance.now() - started, next, options.width)}\n`;
  if (flags.quiet === true) return footer;
  const known = knownBeforeScreen(flags.baseline ?? '', knownBefore, unreadBefore, options);
  return `${scanScreen(scanned, options)}\n${known === '' ? '' : `${known}\n`}${footer}`;
}

/** What is wrong is planned; what was not checked is mended by hand and looked at again; then all can be locked. */
function nextStep(scanned: Scan, directory: string, flags: ScanFlags): string {
  const exit = judge({ scan: scanned }).exitCode;
  if (exit === 1) return `next: ${nextCommand('plan', directory, flags)}`;
  const frozen = flags.frozen === true ? ['--frozen'] : [];
  if (exit === 3) return `again, once all can be checked: ${nextCommand('scan', directory, flags, frozen)}`;
  const [first, ...others] = scanned.services;
  const service =
    others.length === 0 || flags.service !== undefined ? [] : ['--service', first!.examined.service.name];
  return `next: ${nextCommand('lock', directory, flags, service)}`;
}

function reported({ scan: scanned, knownBefore }: ComparedScan, { baseline }: ScanFlags): Report {
  const report = reportOf({ scan: scanned }, { version: version() });
  const known = knownBefore.map(({ id, message }) => ({ id, message }));
  return baseline === undefined ? report : { ...report, baseline: { revision: baseline, known } };
}
