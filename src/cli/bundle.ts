import { counted, createBundle } from '../index.ts';
import type { CreatedBundle } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { nextCommand } from './next-command.ts';
import { deliver, inputsOf, print } from './output.ts';
import { inSession } from './session.ts';
import { version } from './version.ts';

export interface BundleFlags extends JobFlags {
  readonly output: string;
}

/** `fettle bundle create`: all that the main job needs in one file. What it lacks is told beside it, and the exit code says so. */
export async function runBundleCreate(directory: string, flags: BundleFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }): Promise<ExitCode> => {
    const created = await createBundle(job, world, version(), progress.watch);
    progress.done();
    await deliver(created.bytes, flags.output, inputsOf(created.project, flags), world);
    await print(flags.json === true ? json(flags.output, created) : screen(directory, flags, created));
    for (const what of created.missing) progress.notice(what);
    return created.missing.length > 0 ? 3 : 0;
  });
}

/** Flags of what a bundle holds: where it is used they are not repeated. */
const IN_BUNDLE: ReadonlySet<string> = new Set(['indexUrl', 'advisories', 'offline', 'cacheDir', 'asOf']);

function screen(directory: string, flags: BundleFlags, { bytes, header, packages }: CreatedBundle): string {
  const advisories = header.advisories === null ? 'no advisories' : `advisories of ${header.advisories}`;
  const rest = Object.entries(flags).filter(([flag]) => !IN_BUNDLE.has(flag));
  const next = nextCommand('plan', directory, { ...Object.fromEntries(rest), bundle: flags.output });
  return [
    `${flags.output}: ${counted(packages, 'package')}, ${advisories}, ${(bytes.length / 1e6).toFixed(2)} MB`,
    ...header.targets.map((target) => `target ${target}`),
    `next: ${next}`,
    '',
  ].join('\n');
}

function json(file: string, { bytes, header, packages, missing }: CreatedBundle): string {
  return `${JSON.stringify({ file, bytes: bytes.length, packages, missing, ...header }, null, 2)}\n`;
}
