import { isDevelopmentName } from '../requirements-file/recognise.ts';
import type { LocatedTable, LocatedValue } from './located-toml.ts';
import { partOf, PRODUCTION } from './pyproject-reading.ts';
import type { Part, PyprojectReading } from './pyproject-reading.ts';
import { stringsIn, tableAt, valueAt } from './toml-lookup.ts';

/** `[project]` (PEP 621) and `[build-system]` (PEP 518). Fields that are computed are read by `dynamic-dependencies.ts`. */
export function readProjectTable(document: LocatedTable, reading: PyprojectReading): void {
  reading.readBuildList(valueAt(document, 'build-system', 'requires'));
  const project = valueAt(document, 'project');
  if (project === undefined) return;
  if (project.kind !== 'table')
    return reading.say(project.place, 'a table is expected here', 'write [project]');
  reading.readList(valueAt(project, 'dependencies'), PRODUCTION);
  readExtras(valueAt(project, 'optional-dependencies'), reading);
}

/** A table from the name of each extra to its list of requirements. */
export function readExtras(extras: LocatedValue | undefined, reading: PyprojectReading): void {
  if (extras === undefined) return;
  if (extras.kind !== 'table')
    return reading.say(extras.place, 'a table of extras is expected here', 'write name = ["requirement"]');
  for (const [name, { value }] of extras.entries) reading.readList(value, partOfExtra(name));
}

export function partOfExtra(name: string): Part {
  return partOf(name, isDevelopmentName(name) ? 'development' : 'production');
}

/** Whether `[project] dynamic` names a field. */
export function isDynamic(document: LocatedTable, field: string): boolean {
  return stringsIn(valueAt(tableAt(document, 'project') ?? undefined, 'dynamic')).some(
    ({ value }) => value === field,
  );
}
