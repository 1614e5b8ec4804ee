import type { Dependency } from '../../../domain/dependency.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import { unreadableRequirement } from '../locate-requirement.ts';
import { sourceOf } from './dependency-source.ts';
import type { LocatedEntry, LocatedString, LocatedTable, LocatedValue, Place } from './located-toml.ts';
import { poetryCondition } from './poetry-condition.ts';
import type { Part, PyprojectReading } from './pyproject-reading.ts';
import { textOf } from './string-text.ts';
import { stringAt, stringsIn, valueAt } from './toml-lookup.ts';

/** One dependency of Poetry's as it is read: the key, and one of its values. */
interface Written {
  readonly name: PackageName;
  readonly writtenName: string;
  readonly part: Part;
  /** All of it: an item of an array of constraints, else from the key to the value's end. */
  readonly whole: Place;
}

/**
 * An entry of a table of Poetry's dependencies: a constraint, a table with `version`, `git`, `path` or `url` and conditions, or
 * an array of these (Poetry, "Dependency specification"). `listed`: names that the standard tables have, which this one only
 * says more about; null where it speaks for itself.
 */
export function readPoetryEntry(
  writtenName: string,
  { key, value, whole }: LocatedEntry,
  part: Part,
  listed: ReadonlySet<PackageName> | null,
  reading: PyprojectReading,
): void {
  const name = reading.context.rules.name(writtenName);
  if (typeof name !== 'string') return reading.say(key, name.message);
  if (listed !== null && !listed.has(name))
    return reading.say(
      key,
      `Poetry leaves ${writtenName} out: the standard table lists the dependencies, and not this one`,
      'add it to [project] dependencies, or remove it here',
    );
  const values = value.kind === 'array' ? value.items : [value];
  for (const one of values) {
    const place = value.kind === 'array' ? one.place : whole;
    readValue({ name, writtenName, part, whole: place }, one, listed !== null, reading);
  }
}

function readValue(
  written: Written,
  value: LocatedValue,
  onlySaysMore: boolean,
  reading: PyprojectReading,
): void {
  if (value.kind === 'string') return readVersion(written, value, null, reading);
  if (value.kind !== 'table')
    return reading.say(
      value.place,
      'a version constraint or a table is expected here',
      'write name = "^1.0"',
    );
  const line = reading.source.span(written.whole.start, written.whole.end).line;
  const { folder, context } = reading;
  const source = sourceOf(value, folder, context.tree, `the table (line ${line})`);
  if (source !== null) {
    if (onlySaysMore) return;
    if (source.kind === 'project') return reading.include(source.path, written.part, written.whole);
    if (source.kind === 'reference') addReference(written, value, source, reading);
    return;
  }
  const version = valueAt(value, 'version');
  if (version !== undefined && version.kind !== 'string')
    return reading.say(version.place, 'a version constraint is expected here, as a string');
  if (version === undefined && onlySaysMore) return;
  readVersion(written, version ?? null, value, reading);
}

/** `version` null: the table has none, and any will do. */
function readVersion(
  written: Written,
  version: LocatedString | null,
  table: LocatedTable | null,
  reading: PyprojectReading,
): void {
  const { source, context } = reading;
  const text = version === null ? null : textOf(source, version).trimmed();
  const specifier = context.rules.parseSpecifier(text?.text ?? '', 'poetry');
  if (text?.text === '')
    return reading.say(version!.place, 'a version constraint is expected here, this is empty', 'write "*"');
  if ('kind' in specifier) {
    const problem = unreadableRequirement(source, text!, specifier);
    reading.unreadable.push({ ...problem, hint: 'write it as "^1.2", "~1.2", "1.2.3", ">=1.2,<2" or "*"' });
    return;
  }
  const place = text?.range(0, text.text.length) ?? {
    start: written.whole.end,
    end: written.whole.end,
    changed: 'its table has no version',
  };
  const dependency = dependencyOf(written, table, reading);
  if (dependency === null) return;
  reading.requirements.push({
    ...written.part,
    dependency: { ...dependency, specifier },
    span: source.span(written.whole.start, written.whole.end),
    specifierSpan: source.span(place.start, place.end),
    notEditable: source.notEditable ?? place.changed,
    hashes: [],
  });
}

function addReference(
  written: Written,
  table: LocatedTable,
  { url, why }: { readonly url: string; readonly why: string },
  reading: PyprojectReading,
): void {
  const dependency = dependencyOf(written, table, reading);
  if (dependency === null) return;
  const { source } = reading;
  reading.requirements.push({
    ...written.part,
    dependency: { ...dependency, url },
    span: source.span(written.whole.start, written.whole.end),
    specifierSpan: source.span(written.whole.end, written.whole.end),
    notEditable: why,
    hashes: [],
  });
}

/** The dependency with any version, with the extras and conditions of its table; null where they cannot be read, which is said. */
function dependencyOf(
  { name, writtenName, whole }: Written,
  table: LocatedTable | null,
  reading: PyprojectReading,
): Dependency | null {
  const { rules } = reading.context;
  const condition = table === null ? null : poetryCondition(table, rules);
  if (condition !== null && 'problem' in condition) {
    reading.say(condition.place, condition.problem);
    return null;
  }
  const extras = stringsIn(table === null ? undefined : valueAt(table, 'extras')).map(({ value }) => value);
  const bracket = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  const marker = condition === null ? '' : ` ; ${condition.text}`;
  const parsed = rules.parseDependency(`${writtenName}${bracket}${marker}`);
  if ('kind' in parsed) {
    reading.say(stringAt(table ?? undefined, 'markers')?.place ?? whole, parsed.message);
    return null;
  }
  const any = rules.parseSpecifier('', 'poetry');
  if ('kind' in any) throw new Error(any.message);
  const text = reading.source.text.slice(whole.start, whole.end);
  return {
    name,
    writtenName,
    extras: parsed.extras,
    specifier: any,
    condition: parsed.condition,
    url: null,
    text,
  };
}
