import { reportOf, scan, scanFooter, scanScreen } from '../index.ts';
import { scanExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { print, screenOptions } from './output.ts';
import { inSession } from './session.ts';

export interface ScanFlags extends JobFlags {
  readonly baseline?: string;
}

/** `fettle scan`: what is wrong, worst first. Writes nothing. */
export async function runScan(directory: string, flags: ScanFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }) => {
    const started = performance.now();
    const scanned = await scan(job, world, progress.watch);
    progress.done();
    if (flags.json === true) await print(`${JSON.stringify(reportOf({ scan: scanned }), null, 2)}\n`);
    else {
      const options = screenOptions(flags.verbose ?? false);
      const body = flags.quiet === true ? '' : `${scanScreen(scanned, options)}\n`;
      await print(`${body}${scanFooter(scanned, performance.now() - started)}\n`);
    }
    return scanExit(scanned);
  });
}
