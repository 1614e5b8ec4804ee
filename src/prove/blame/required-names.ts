import { join } from 'node:path';
import type { PackageName } from '../../domain/package-name.ts';
import type { InstalledDistribution } from '../environment/environment.ts';
import type { BlameNeeds } from './blame-needs.ts';

const MOST_BYTES = 8 * 1024 * 1024;
const REQUIRES = /^Requires-Dist:(.{1,2000})$/gim;

/** Names of what an installed distribution's METADATA asks for, extras included: what it might import. */
export async function requiredNames(
  { info }: InstalledDistribution,
  { world, ecosystem }: BlameNeeds,
): Promise<ReadonlySet<PackageName>> {
  const bytes = await world.files.read(join(info, 'METADATA'), MOST_BYTES);
  const names = new Set<PackageName>();
  // The headers end with the first empty line; what follows is the long description.
  const headers = bytes === null ? '' : new TextDecoder().decode(bytes).split(/\r?\n\r?\n/, 1)[0]!;
  for (const [, text] of headers.matchAll(REQUIRES)) {
    const dependency = ecosystem.parseDependency(text!.trim());
    if (!('message' in dependency)) names.add(dependency.name);
  }
  return names;
}
