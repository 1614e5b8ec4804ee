import { posix } from 'node:path';
import type { NotSupported } from '../../domain/project.ts';
import type { ReadingContext } from './manifest-reader.ts';
import { mayAsk } from './read-manifests.ts';

const DATA = /^(test[-_]?data|__fixtures__)$/i;
const FIXTURES = /^fixtures?$/i;
const TESTS = /^(tests?|specs?|testing)$/i;

/**
 * The folder of test data that a path stands in, or null. What asks for packages there is the input of tests: it names versions, and
 * indexes, that are there for nobody, and to repair it breaks the test.
 */
export function testDataFolder(path: string): string | null {
  const folders = posix.dirname(path).split('/');
  const at = folders.findIndex(
    (folder, index) =>
      DATA.test(folder) || (FIXTURES.test(folder) && folders.slice(0, index).some((one) => TESTS.test(one))),
  );
  return at === -1 ? null : folders.slice(0, at + 1).join('/');
}

/** Each folder of test data in which files ask for packages: told, and of no weight. */
export function testDataIn({ tree }: ReadingContext): readonly NotSupported[] {
  const counts = new Map<string, number>();
  for (const path of tree.paths) {
    const folder = mayAsk(path) ? testDataFolder(path) : null;
    if (folder !== null) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].map(([path, count]) => ({
    path,
    what: `test data with ${count} ${count === 1 ? 'manifest' : 'manifests'}`,
    weightless: true,
  }));
}
