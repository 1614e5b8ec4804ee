import { readExtras } from './project-table.ts';
import type { LocatedTable, LocatedValue } from './located-toml.ts';
import { partOf, PRODUCTION } from './pyproject-reading.ts';
import type { PyprojectReading } from './pyproject-reading.ts';
import { tableAt, valueAt } from './toml-lookup.ts';

/** Tools whose tables are read elsewhere, or speak of requirements in another sense. */
const KNOWN_TOOLS: ReadonlySet<string> = new Set([
  ...['poetry', 'uv', 'pdm', 'hatch', 'flit', 'rye', 'setuptools', 'setuptools_scm', 'fettle'],
  ...['pytest', 'ruff', 'mypy', 'black', 'isort', 'coverage', 'pylint', 'flake8', 'pyright', 'basedpyright'],
  ...['tox', 'nox', 'bandit', 'deptry', 'semantic_release', 'commitizen', 'cibuildwheel', 'towncrier'],
  ...['poe', 'taskipy', 'codespell', 'vulture', 'maturin', 'scikit-build', 'meson-python', 'ty', 'pyrefly'],
]);
const KEYS = ['dependencies', 'dev-dependencies', 'requires'] as const;
const CONSTRAINT =
  /^(?:\*|[\^~<>=!]{0,3}\s*v?\d[\w.*+!-]*)(?:\s*[,|]{1,2}\s*[\^~<>=!]{1,3}\s*\d[\w.*+!-]*){0,9}$/;

/** PDM's, Hatch's, Rye's and Flit's own lists; and what looks like a list of dependencies of a tool that is not known. */
export function readOtherTools(document: LocatedTable, reading: PyprojectReading): void {
  const tools = tableAt(document, 'tool');
  if (tools === null) return;
  for (const [group, { value }] of tableAt(tools, 'pdm', 'dev-dependencies')?.entries ?? [])
    reading.readList(value, partOf(group, 'development'));
  for (const [name, { value }] of tableAt(tools, 'hatch', 'envs')?.entries ?? [])
    for (const key of ['dependencies', 'extra-dependencies'])
      reading.readList(valueAt(value, key), partOf(name, 'development'));
  reading.readList(valueAt(tools, 'rye', 'dev-dependencies'), partOf('dev', 'development'));
  reading.readList(valueAt(tools, 'flit', 'metadata', 'requires'), PRODUCTION);
  readExtras(valueAt(tools, 'flit', 'metadata', 'requires-extra'), reading);
  for (const [tool, { value }] of tools.entries) if (!KNOWN_TOOLS.has(tool)) sayUnknown(tool, value, reading);
}

function sayUnknown(tool: string, table: LocatedValue, reading: PyprojectReading): void {
  for (const key of KEYS) {
    const value = valueAt(table, key);
    if (value !== undefined && looksLikeDependencies(value, reading))
      reading.say(
        value.place,
        `[tool.${tool}] is a table of a tool that is not known: its ${key} are not read`,
        'list them in [project] or [dependency-groups], so that they can be read',
      );
  }
}

/** Requirements each with a specifier, or a table from names to constraints: anything else may mean something else. */
function looksLikeDependencies(value: LocatedValue, { context: { rules } }: PyprojectReading): boolean {
  if (value.kind === 'table')
    return (
      value.entries.size > 0 &&
      [...value.entries].every(
        ([name, entry]) =>
          typeof rules.name(name) === 'string' &&
          entry.value.kind === 'string' &&
          CONSTRAINT.test(entry.value.value.slice(0, 200)),
      )
    );
  if (value.kind !== 'array' || value.items.length === 0) return false;
  return value.items.every((item) => {
    const dependency = item.kind === 'string' ? rules.parseDependency(item.value) : null;
    return dependency !== null && !('kind' in dependency) && dependency.specifier.text !== '';
  });
}
