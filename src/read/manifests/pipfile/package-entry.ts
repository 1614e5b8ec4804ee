import type { Dependency } from '../../../domain/dependency.ts';
import type { Rules } from '../manifest-reader.ts';
import type { LocatedEntry, LocatedString, LocatedTable, Place } from '../pyproject/located-toml.ts';
import { stringAt, stringsIn, valueAt } from '../pyproject/toml-lookup.ts';
import type { SourceText } from '../source-text.ts';

/** A package of a Pipfile as its entry says it. */
export interface PackageEntry {
  readonly dependency: Dependency;
  /** Null where the entry has none. */
  readonly version: LocatedString | null;
}

export interface EntryProblem {
  readonly message: string;
  readonly hint: string | null;
  readonly place: Place;
}

/** Keys that are markers of their own (PEP 508, "Environment Markers"), as pipenv takes them. */
const MARKERS = [
  'os_name',
  'sys_platform',
  'platform_machine',
  'platform_python_implementation',
  'platform_release',
  'platform_system',
  'platform_version',
  'python_version',
  'python_full_version',
  'implementation_name',
  'implementation_version',
] as const;

/** Reads `name = "==1.0"` and `name = {version = "==1.0", extras = ["x"], markers = "…"}` (pipenv, "Pipfile & Pipfile.lock"). */
export function packageEntry(
  source: SourceText,
  writtenName: string,
  { value, whole }: LocatedEntry,
  rules: Rules,
): PackageEntry | EntryProblem {
  const table = value.kind === 'table' ? value : null;
  const version = table === null ? value : valueAt(table, 'version');
  if (version !== undefined && version.kind !== 'string')
    return problem(version.place, 'this is no version: a string is expected');
  const extras = extrasOf(table);
  if (extras === null) return problem(whole, 'its extras are no list of strings');
  const marker = table && markerOf(table);
  const bracket = extras.length > 0 ? `[${extras.join(',')}]` : '';
  const parsed = rules.parseDependency(`${writtenName}${bracket}${marker === null ? '' : ` ; ${marker}`}`);
  if ('kind' in parsed) return problem(whole, `this is no requirement: ${parsed.message}`);
  const specifier = rules.parseSpecifier(version?.value ?? '', 'pipfile');
  if ('kind' in specifier)
    return problem(version?.place ?? whole, specifier.message, 'write it as "==1.0", ">=1.0,<2" or "*"');
  const url = table && referenceOf(table);
  const text = source.text.slice(whole.start, whole.end);
  return { dependency: { ...parsed, writtenName, specifier, url, text }, version: version ?? null };
}

function extrasOf(table: LocatedTable | null): readonly string[] | null {
  const extras = table === null ? undefined : valueAt(table, 'extras');
  if (extras === undefined) return [];
  if (extras.kind !== 'array') return null;
  const names = stringsIn(extras).map(({ value }) => value);
  return names.length === extras.items.length ? names : null;
}

/** `markers` and every key that is a marker itself hold together. */
function markerOf(table: LocatedTable): string | null {
  const whole = stringAt(table, 'markers')?.value;
  const parts = MARKERS.flatMap((key) => {
    const value = stringAt(table, key)?.value;
    return value === undefined ? [] : [`${key} ${value}`];
  });
  if (whole === undefined || whole.trim() === '') return parts.length === 0 ? null : parts.join(' and ');
  return parts.length === 0 ? whole : [`(${whole})`, ...parts].join(' and ');
}

/** What is taken from a repository, a file or a folder instead of an index. */
function referenceOf(table: LocatedTable): string | null {
  const text = (key: string): string | null => stringAt(table, key)?.value ?? null;
  for (const system of ['git', 'hg', 'svn', 'bzr']) {
    const repository = text(system);
    const reference = text('ref');
    if (repository !== null) return `${system}+${repository}${reference === null ? '' : `@${reference}`}`;
  }
  return text('file') ?? text('path') ?? text('url');
}

function problem(place: Place, message: string, hint: string | null = null): EntryProblem {
  return { message, hint, place };
}
