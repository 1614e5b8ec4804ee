import type { TomlTable } from '../../../io/toml-table.ts';

/** Tables of a Pipfile that are no category of their own (plette, `PIPFILE_SECTIONS`), and the lock's names of two of them. */
const NOT_CATEGORIES = new Set([
  'source',
  'packages',
  'dev-packages',
  'requires',
  'scripts',
  'pipfile',
  'pipenv',
  'default',
  'develop',
]);

/** The package categories of a Pipfile beside `packages` and `dev-packages`: its lock calls them by the same names. */
export function pipfileCategories(pipfile: TomlTable): readonly string[] {
  return [...pipfile.keys()].filter((key) => !NOT_CATEGORIES.has(key));
}
