import { availableParallelism } from 'node:os';
import type { Cache } from '../../io/cache.ts';
import type { Environment } from '../environment/environment.ts';
import type { Limits, Sandbox } from '../sandbox/sandbox.ts';
import type { ImportedModule, ImportOutcome } from './import-check.ts';
import { importTimes } from './import-times.ts';
import { IMPORT_LIMITS, importOnce } from './import-run.ts';
import { isDottedName } from './module-name.ts';

export interface ImportCheckOptions {
  /** Remembers how long each import took, so that the next run begins with the longest. */
  readonly cache: Cache;
  readonly limits?: Limits;
  /** Imports at the same time. Default: as many as there are processors. */
  readonly parallel?: number;
  /** After each module: how many are done, of how many. */
  readonly onProgress?: (done: number, all: number) => void;
  /** Once aborted, no further import is begun: what is left is `not-run`. */
  readonly signal?: AbortSignal;
}

/**
 * Imports every module in a process of its own, in a sandbox of its own, several at once; the outcomes stand in the order of the asks. What
 * several ask of one module is one process: the module is imported, then each name is taken from it.
 *
 * A sandbox for each, and not one process that forks for each: what runs as the same user in the same namespaces can stop, trace or
 * impersonate the forking process and its siblings. It costs
 * some 5 ms for each.
 */
export async function checkImports(
  modules: readonly ImportedModule[],
  environment: Environment,
  sandbox: Sandbox,
  options: ImportCheckOptions,
): Promise<readonly ImportOutcome[]> {
  const asks = byModule(modules);
  const times = importTimes(environment, options.cache);
  const waiting = times.longestFirst([...asks.keys()].filter(isDottedName));
  const outcomes = new Map<ImportedModule, ImportOutcome>();
  const where = { environment, sandbox, limits: options.limits ?? IMPORT_LIMITS };
  const all = waiting.length;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (options.signal?.aborted === true) return;
      const came = await importOnce(next, asks.get(next)!, where);
      for (const outcome of came) outcomes.set(outcome.asked, outcome);
      times.remember(next, came[0]!.durationMs);
      options.onProgress?.(++done, all);
    }
  };
  const workers = Math.min(all, Math.max(1, options.parallel ?? availableParallelism()));
  await Promise.all(Array.from({ length: workers }, work));
  return modules.map((asked) => outcomes.get(asked) ?? notRun(asked));
}

function byModule(modules: readonly ImportedModule[]): ReadonlyMap<string, ImportedModule[]> {
  const asks = new Map<string, ImportedModule[]>();
  for (const asked of modules) {
    const there = asks.get(asked.module);
    if (there === undefined) asks.set(asked.module, [asked]);
    else there.push(asked);
  }
  return asks;
}

function notRun(asked: ImportedModule): ImportOutcome {
  const why = isDottedName(asked.module) ? 'the check was stopped before it' : 'it is no name of a module';
  return {
    asked,
    result: { kind: 'not-run', why },
    deprecations: [],
    durationMs: 0,
    peakMemoryBytes: null,
  };
}
