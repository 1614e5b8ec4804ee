import {
  keepRun,
  openSigner,
  reportOf,
  runNameOf,
  unjudgedScreen,
  verify,
  verificationScreen,
} from '../index.ts';
import type { Level } from '../index.ts';
import { verifiedExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { formatOf, giveAnswer } from './format.ts';
import type { FormatFlags } from './format-flags.ts';
import { reportPath } from './next-command.ts';
import { inputsOf, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { verifyOptions } from './verify-flags.ts';
import type { VerifyFlags } from './verify-flags.ts';
import { version } from './version.ts';

export interface VerifyCommandFlags extends JobFlags, VerifyFlags, FormatFlags {
  readonly level: Level;
  readonly signKey?: string;
}

/** `fettle verify`: installs, imports, tests, builds and starts what the files give. Writes nothing but its report and evidence. */
export async function runVerify(directory: string, flags: VerifyCommandFlags): Promise<ExitCode> {
  const format = formatOf(flags, 'verify', { plans: false, verifies: true });
  return inSession(directory, flags, async ({ job, world, progress }) => {
    const startedAt = world.clock.now();
    const signer = await openSigner(flags.signKey ?? null, world);
    const options = verifyOptions(flags.level, flags);
    const { scan, verified } = await verify(job, options, world, progress.watch);
    progress.done();
    const { services } = verified;
    const report = reportOf({ scan }, { version: version(), verified: services });
    const paths = [...scan.project.files.keys()];
    const run = { id: runNameOf(startedAt), paths, startedAt };
    const saved = await keepRun(scan, run, report, { world, signer, verified });
    const trace = flags.quiet === true ? '' : `report: ${reportPath(scan.project.root, saved)}\n`;
    await giveAnswer(format, flags, {
      report: () => report,
      screen: () => {
        const options = screenOptions(flags.verbose ?? false, flags.output);
        return `${verificationScreen(services, options)}${unjudgedScreen(scan, options)}${trace}`;
      },
      inputs: inputsOf(scan.project, flags),
      world,
    });
    return verifiedExit(scan, services);
  });
}
