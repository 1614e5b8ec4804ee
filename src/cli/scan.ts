import { knownBeforeScreen, reportOf, scan, scanAgainst, scanFooter, scanScreen } from '../index.ts';
import type { ComparedScan } from '../index.ts';
import { scanExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { print, screenOptions } from './output.ts';
import { inSession } from './session.ts';

export interface ScanFlags extends JobFlags {
  readonly baseline?: string;
}

/** `fettle scan`: what is wrong, worst first. Writes nothing. With `--baseline` only what is new counts. */
export async function runScan(directory: string, flags: ScanFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }) => {
    const started = performance.now();
    const compared: ComparedScan =
      flags.baseline === undefined
        ? { scan: await scan(job, world, progress.watch), knownBefore: [] }
        : await scanAgainst(job, flags.baseline, world, progress.watch);
    progress.done();
    await print(flags.json === true ? json(compared, flags) : screen(compared, flags, started));
    return scanExit(compared.scan);
  });
}

function screen({ scan: scanned, knownBefore }: ComparedScan, flags: ScanFlags, started: number): string {
  const options = screenOptions(flags.verbose ?? false);
  const footer = `${scanFooter(scanned, performance.now() - started)}\n`;
  if (flags.quiet === true) return footer;
  const known = knownBeforeScreen(flags.baseline ?? '', knownBefore, options);
  return `${scanScreen(scanned, options)}\n${known === '' ? '' : `${known}\n`}${footer}`;
}

function json({ scan: scanned, knownBefore }: ComparedScan, { baseline }: ScanFlags): string {
  const report = reportOf({ scan: scanned });
  const known = knownBefore.map(({ id, message }) => ({ id, message }));
  const value = baseline === undefined ? report : { ...report, baseline: { revision: baseline, known } };
  return `${JSON.stringify(value, null, 2)}\n`;
}
