import type { Environment, InstalledDistribution } from '../environment/environment.ts';
import { moduleFile } from './module-files.ts';

/** Which installed distributions give which modules, by their RECORDs. */
export interface ModuleProviders {
  /** Those that give the module, or else the nearest of its parents that any gives: the distribution that would have to give it. */
  of(module: string): readonly InstalledDistribution[];
  /** Whose RECORD has the file, by its absolute path; null: nobody's. */
  ofFile(path: string): InstalledDistribution | null;
  /** Whether any file stands under the top-level name. */
  hasTop(name: string): boolean;
}

const KEPT = new WeakMap<Environment, ModuleProviders>();

export function moduleProviders(environment: Environment): ModuleProviders {
  const kept = KEPT.get(environment);
  if (kept !== undefined) return kept;
  const made = read(environment);
  KEPT.set(environment, made);
  return made;
}

function read(environment: Environment): ModuleProviders {
  const byModule = new Map<string, InstalledDistribution[]>();
  const byPath = new Map<string, InstalledDistribution>();
  const tops = new Set<string>();
  for (const distribution of environment.distributions.values()) {
    for (const path of distribution.files) {
      byPath.set(path, distribution);
      const file = moduleFile(path, environment.runtimeVersion);
      if (file === null) continue;
      tops.add(file.module.split('.')[0]!);
      const there = byModule.get(file.module);
      if (there === undefined) byModule.set(file.module, [distribution]);
      else if (!there.includes(distribution)) there.push(distribution);
    }
  }
  const below = `${environment.sitePackages}/`;
  return {
    of: (module) => {
      for (let name = module; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
        const there = byModule.get(name);
        if (there !== undefined) return there;
      }
      return [];
    },
    ofFile: (path) => (path.startsWith(below) ? (byPath.get(path.slice(below.length)) ?? null) : null),
    hasTop: (name) => tops.has(name),
  };
}
