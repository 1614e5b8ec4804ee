import { posix } from 'node:path';
import { includedPath } from '../include-path.ts';
import type { LocatedString, LocatedTable, LocatedValue } from './located-toml.ts';
import { partOfExtra } from './project-table.ts';
import { PRODUCTION } from './pyproject-reading.ts';
import type { Part, PyprojectReading } from './pyproject-reading.ts';
import { stringAt, stringsIn, tableAt, valueAt } from './toml-lookup.ts';

const FIELDS = ['dependencies', 'optional-dependencies'] as const;

/**
 * Requirements that `[project] dynamic` leaves to the build backend: those in files that setuptools is told of, Poetry's own
 * table, or what a setup.py or setup.cfg beside it says. What anything else computes is unknown, and said.
 */
export async function readDynamicDependencies(
  document: LocatedTable,
  reading: PyprojectReading,
): Promise<void> {
  for (const word of stringsIn(valueAt(document, 'project', 'dynamic'))) {
    const field = FIELDS.find((one) => one === word.value);
    if (field === undefined || tableAt(document, 'tool', 'poetry') !== null) continue;
    const told = valueAt(document, 'tool', 'setuptools', 'dynamic', field);
    if (told !== undefined) await readFiles(told, field, reading);
    else if (!usesSetuptools(document) || !includeSetup(word, reading))
      reading.say(
        word.place,
        `the ${field} are computed when the project is built, and unknown`,
        'write them in [project], so that they can be read',
      );
  }
}

/** setuptools, "Dynamic Metadata": `{file = [...]}`, and one such table for each extra. */
async function readFiles(
  told: LocatedValue,
  field: (typeof FIELDS)[number],
  reading: PyprojectReading,
): Promise<void> {
  if (field === 'dependencies') return includeFiles(told, PRODUCTION, reading);
  if (told.kind !== 'table') return reading.say(told.place, 'a table of extras is expected here');
  for (const [name, { value }] of told.entries) await includeFiles(value, partOfExtra(name), reading);
}

async function includeFiles(told: LocatedValue, part: Part, reading: PyprojectReading): Promise<void> {
  const files = stringsIn(valueAt(told, 'file'));
  if (files.length === 0)
    reading.say(
      told.place,
      'no file is named here, so what it asks for is unknown',
      'write {file = ["requirements.txt"]}',
    );
  for (const file of files) {
    const path = await includedPath(file.value, reading.folder, reading.context);
    if (typeof path === 'string') reading.include(path, part, file.place);
    else reading.say(file.place, path.message, path.hint);
  }
}

/** setuptools is what a project is built with that names no backend (PEP 517). */
function usesSetuptools(document: LocatedTable): boolean {
  const backend = stringAt(document, 'build-system', 'build-backend')?.value;
  return (
    backend === undefined ||
    /^setuptools\b/.test(backend) ||
    valueAt(document, 'build-system', 'backend-path') !== undefined
  );
}

function includeSetup(word: LocatedString, reading: PyprojectReading): boolean {
  const files = ['setup.cfg', 'setup.py'].map((name) => posix.join(reading.folder, name));
  const there = files.filter((path) => reading.context.tree.hasFile(path));
  for (const path of there) reading.include(path, PRODUCTION, word.place);
  return there.length > 0;
}
