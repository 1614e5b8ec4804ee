import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const BENCH = import.meta.dirname;
export const REPOSITORY = resolve(BENCH, '..');
/** Everything that the bench makes: caches, environments, copies of its inputs. Not committed. */
export const WORK = join(BENCH, 'work');
export const INPUTS = join(BENCH, 'inputs');
export const EXAMPLE = join(REPOSITORY, 'examples', 'omni-backend');
export const PYTHON = process.env.FETTLE_BENCH_PYTHON ?? 'python3';

/** A public dump of all advisories, beside the repository where it is there. */
export const DUMP_FOLDER = resolve(REPOSITORY, '..', 'shared', 'osv');
export const DUMP = join(DUMP_FOLDER, 'PyPI', 'all.zip');

/** Advisories for `plan`: those that were named, a public dump beside the repository, or the example's own. */
export function advisories() {
  const named = process.env.FETTLE_BENCH_ADVISORIES;
  if (named !== undefined && named !== '') return named;
  return existsSync(DUMP_FOLDER) ? DUMP_FOLDER : join(EXAMPLE, 'advisories');
}
