import type { Cache } from '../../io/cache.ts';
import type { Environment, InstalledDistribution } from '../environment/environment.ts';
import { moduleProviders } from './module-providers.ts';

/** How long imports took before, and how long they may take. */
export interface ImportTimes {
  /** Those that are known to take long first, then those that may (distributions of many files), so that no long one is begun last. */
  longestFirst(modules: readonly string[]): string[];
  remember(module: string, durationMs: number): void;
}

/** A module of one version of its distribution takes about as long in another environment with the same interpreter. */
export function importTimes(environment: Environment, cache: Cache): ImportTimes {
  const providers = moduleProviders(environment);
  const providerOf = (module: string): InstalledDistribution | null => providers.of(module)[0] ?? null;
  const keyOf = (module: string): string => {
    const from = providerOf(module);
    const version = from === null ? '' : `${from.name} ${from.version}`;
    return `import-time ${environment.runtimeVersion} ${version} ${module}`;
  };
  const known = (module: string): number | null => {
    const bytes = cache.get('tools', keyOf(module));
    const value = bytes === null ? Number.NaN : Number(Buffer.from(bytes).toString());
    return Number.isFinite(value) ? value : null;
  };
  return {
    longestFirst: (modules) => {
      const told = modules.map((module) => ({
        module,
        // A file takes about a millisecond, of those that are imported at all: the unknown stand among the known by that guess.
        expected: known(module) ?? Math.min(2_000, (providerOf(module)?.files.length ?? 0) / 2),
      }));
      return told.sort((a, b) => b.expected - a.expected).map(({ module }) => module);
    },
    remember: (module, durationMs) =>
      cache.put('tools', keyOf(module), Buffer.from(String(Math.round(durationMs)))),
  };
}
