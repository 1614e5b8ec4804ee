import { resolve } from 'node:path';
import { createBundle } from '../index.ts';
import type { CreatedBundle } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { print } from './output.ts';
import { inSession } from './session.ts';
import { version } from './version.ts';

export interface BundleFlags extends JobFlags {
  readonly output: string;
}

/** `fettle bundle create`: all that the main job needs in one file, for machines without a network. */
export async function runBundleCreate(directory: string, flags: BundleFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }) => {
    const created = await createBundle(job, world, version(), progress.watch);
    progress.done();
    await world.files.writeAtomic(resolve(flags.output), created.bytes);
    await print(flags.json === true ? json(flags.output, created) : screen(flags.output, created));
    return 0 as const;
  });
}

function screen(file: string, { bytes, header, packages }: CreatedBundle): string {
  const advisories = header.advisories === null ? 'no advisories' : `advisories of ${header.advisories}`;
  return `${file}: ${packages} packages, ${advisories}, ${(bytes.length / 1e6).toFixed(2)} MB\n${header.targets.map((target) => `target ${target}\n`).join('')}next: fettle plan --bundle ${file}\n`;
}

function json(file: string, { bytes, header, packages }: CreatedBundle): string {
  return `${JSON.stringify({ file, bytes: bytes.length, packages, ...header }, null, 2)}\n`;
}
