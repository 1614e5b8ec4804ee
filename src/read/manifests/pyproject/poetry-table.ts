import type { PackageName } from '../../../domain/package-name.ts';
import { isDevelopmentName } from '../requirements-file/recognise.ts';
import { sourceOf } from './dependency-source.ts';
import type { DependencySource } from './dependency-source.ts';
import type { LocatedTable, LocatedValue } from './located-toml.ts';
import { readPoetryEntry } from './poetry-entry.ts';
import { isDynamic, partOfExtra } from './project-table.ts';
import { partOf, PRODUCTION } from './pyproject-reading.ts';
import type { Part, PyprojectReading } from './pyproject-reading.ts';
import { stringsIn, tableAt, valueAt } from './toml-lookup.ts';

/**
 * `[tool.poetry.dependencies]` and its groups (Poetry, "The pyproject.toml file"). Where `[project]` lists the dependencies, an
 * entry here only says more of one of them ("Project vs. poetry dependencies"): it is a line where it has a version.
 */
export function readPoetryTable(document: LocatedTable, reading: PyprojectReading): void {
  const poetry = tableAt(document, 'tool', 'poetry');
  if (poetry === null) return;
  const listed = listedInProject(document, reading);
  readGroup(valueAt(poetry, 'dependencies'), (name) => mainPart(poetry, name), listed, reading);
  readGroup(valueAt(poetry, 'dev-dependencies'), () => partOf('dev', 'development'), null, reading);
  const groups = valueAt(poetry, 'group');
  if (groups === undefined) return;
  if (groups.kind !== 'table') return reading.say(groups.place, 'a table of groups is expected here');
  for (const [name, { value }] of groups.entries) {
    const group = name === 'main' || !isDevelopmentName(name) ? 'production' : 'development';
    const ofStandard = stringsIn(valueAt(document, 'dependency-groups', name));
    const known = ofStandard.length === 0 ? null : namesIn(ofStandard, reading);
    if (value.kind !== 'table')
      reading.say(value.place, 'a table is expected here, as a group of dependencies');
    readGroup(valueAt(value, 'dependencies'), () => partOf(name, group), known, reading);
  }
}

/** Where the entries of Poetry's table take packages from that `[project]` lists. */
export function poetrySources(
  document: LocatedTable,
  reading: PyprojectReading,
): ReadonlyMap<PackageName, DependencySource> {
  const sources = new Map<PackageName, DependencySource>();
  const table = tableAt(document, 'tool', 'poetry', 'dependencies');
  if (table === null || listedInProject(document, reading) === null) return sources;
  for (const [written, { value, key }] of table.entries) {
    const name = reading.context.rules.name(written);
    const where = `[tool.poetry.dependencies] (line ${reading.source.span(key.start, key.end).line})`;
    const source =
      value.kind === 'table' ? sourceOf(value, reading.folder, reading.context.tree, where) : null;
    if (typeof name === 'string' && source !== null) sources.set(name, source);
  }
  return sources;
}

/** Names of `[project] dependencies` and its extras; null where Poetry's own table is what counts. */
function listedInProject(document: LocatedTable, reading: PyprojectReading): ReadonlySet<PackageName> | null {
  const main = stringsIn(valueAt(document, 'project', 'dependencies'));
  if (main.length === 0 || isDynamic(document, 'dependencies')) return null;
  const extras = tableAt(document, 'project', 'optional-dependencies')?.entries.values() ?? [];
  return namesIn([...main, ...[...extras].flatMap(({ value }) => stringsIn(value))], reading);
}

function namesIn(
  strings: ReturnType<typeof stringsIn>,
  { context }: PyprojectReading,
): ReadonlySet<PackageName> {
  const parsed = strings.map(({ value }) => context.rules.parseDependency(value.trim()));
  return new Set(parsed.flatMap((dependency) => ('kind' in dependency ? [] : [dependency.name])));
}

function readGroup(
  table: LocatedValue | undefined,
  partFor: (name: string) => Part,
  listed: ReadonlySet<PackageName> | null,
  reading: PyprojectReading,
): void {
  if (table === undefined) return;
  if (table.kind !== 'table')
    return reading.say(table.place, 'a table of dependencies is expected here', 'write name = "^1.0"');
  for (const [name, entry] of table.entries)
    if (name !== 'python') readPoetryEntry(name, entry, partFor(name), listed, reading);
}

/** Optional dependencies are those of the extra that lists them (`[tool.poetry.extras]`); production where any is. */
function mainPart(poetry: LocatedTable, name: string): Part {
  const extras = tableAt(poetry, 'extras')?.entries ?? new Map();
  const optional = valueAt(poetry, 'dependencies', name, 'optional');
  if (optional?.kind !== 'other' || optional.value !== true) return PRODUCTION;
  const listing = [...extras].filter(([, { value }]) =>
    stringsIn(value as LocatedValue).some((one) => one.value.toLowerCase() === name.toLowerCase()),
  );
  const parts = listing.map(([extra]) => partOfExtra(extra as string));
  return parts.find(({ group }) => group === 'production') ?? parts[0] ?? PRODUCTION;
}
