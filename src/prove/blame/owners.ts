import type { Environment, InstalledDistribution } from '../environment/environment.ts';
import { findModule, moduleFiles, type ModuleFiles } from './module-files.ts';

const KEPT = new WeakMap<InstalledDistribution, ModuleFiles>();

function filesOf(distribution: InstalledDistribution): ModuleFiles {
  const known = KEPT.get(distribution);
  if (known !== undefined) return known;
  const made = moduleFiles(distribution.files);
  KEPT.set(distribution, made);
  return made;
}

/** The installed distributions whose RECORD lists a file of the module. `folders`: those that have files below it count too. */
export function ownersOf(
  environment: Environment,
  module: string,
  folders: 'with-folders' | 'files-only' = 'files-only',
): readonly InstalledDistribution[] {
  return [...environment.distributions.values()].filter((distribution) => {
    const found = findModule(filesOf(distribution), module);
    return found !== null && (folders === 'with-folders' || found.kind !== 'namespace');
  });
}

/** The path of a file below site-packages; null where it lies elsewhere. `lib64` is another name of `lib` in an environment. */
export function installedPath(environment: Environment, file: string): string | null {
  const { path, sitePackages } = environment;
  const here = file.startsWith(`${path}/lib64/`) ? `${path}/lib/${file.slice(path.length + 7)}` : file;
  return here.startsWith(`${sitePackages}/`) ? here.slice(sitePackages.length + 1) : null;
}

/** Whose RECORD lists a file. */
export function ownersOfFile(environment: Environment, path: string): readonly InstalledDistribution[] {
  return [...environment.distributions.values()].filter(({ files }) => files.includes(path));
}
