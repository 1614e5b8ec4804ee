import type { Dependency, Specifier } from '../../../domain/dependency.ts';
import type { SyntaxProblem } from '../../ecosystems/ecosystem.ts';
import type { LogicalText } from '../logical-text.ts';
import type { Rules } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { entryString } from '../toml-entries.ts';
import type { TomlEntry, TomlTableEntry } from '../toml-entries.ts';
import { tomlStringText } from '../toml-string.ts';

/** A package of a Pipfile as its entry says it. */
export interface PackageEntry {
  readonly dependency: Dependency;
  /** The text of the version; null where the entry has none. */
  readonly version: LogicalText | null;
}

export interface EntryProblem {
  readonly message: string;
  readonly hint: string | null;
  readonly start: number;
  readonly end: number;
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

const ANY = /^\s*(==\s*)?\*?\s*$/;

/** Reads `name = "==1.0"` and `name = {version = "==1.0", extras = ["x"], markers = "…"}` (pipenv, "Pipfile & Pipfile.lock"). */
export function packageEntry(
  source: SourceText,
  entry: TomlEntry,
  rules: Rules,
): PackageEntry | EntryProblem {
  const written = entry.kind === 'table' ? entry.entries.get('version') : entry;
  const node = entryString(written);
  if (written !== undefined && node === null)
    return problem(written, 'this is no version: a string is expected');
  const extras = entry.kind === 'table' ? extrasOf(entry) : [];
  if (extras === null) return problem(entry, 'its extras are no list of strings');
  const marker = entry.kind === 'table' ? markerOf(entry) : null;
  const text = `${entry.name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}${marker === null ? '' : ` ; ${marker}`}`;
  const parsed = rules.parseDependency(text);
  if ('kind' in parsed) return problem(entry, `this is no requirement: ${parsed.message}`);
  const version = node && (node.value === '' ? null : tomlStringText(source.text, node));
  const specifier = pipfileSpecifier(node?.value ?? '', rules);
  if ('kind' in specifier)
    return {
      message: specifier.message,
      hint: 'write it as "==1.0", ">=1.0,<2" or "*"',
      start: version?.range(0, 1).start ?? entry.start,
      end: version?.range(0, version.text.length).end ?? entry.end,
    };
  const url = entry.kind === 'table' ? referenceOf(entry) : null;
  return {
    dependency: {
      ...parsed,
      writtenName: entry.name,
      specifier,
      url,
      text: source.text.slice(entry.start, entry.end),
    },
    version,
  };
}

/** `*` and nothing at all are any version. */
function pipfileSpecifier(text: string, rules: Rules): Specifier | SyntaxProblem {
  const parsed = rules.parseSpecifier(text, 'pipfile');
  if (!('kind' in parsed))
    return parsed.notation === undefined ? { text: parsed.text, notation: 'pipfile' } : parsed;
  return ANY.test(text) ? { text: '', notation: 'pipfile' } : parsed;
}

function extrasOf(table: TomlTableEntry): readonly string[] | null {
  const extras = table.entries.get('extras');
  if (extras === undefined) return [];
  if (extras.kind !== 'value' || extras.node.type !== 'TOMLArray') return null;
  const names = extras.node.elements.map((node) =>
    node.type === 'TOMLValue' && node.kind === 'string' ? node.value : null,
  );
  return names.every((name) => name !== null) ? names : null;
}

/** `markers` and every key that is a marker itself hold together. */
function markerOf(table: TomlTableEntry): string | null {
  const whole = entryString(table.entries.get('markers'))?.value;
  const parts = MARKERS.flatMap((key) => {
    const value = entryString(table.entries.get(key))?.value;
    return value === undefined ? [] : [`${key} ${value}`];
  });
  if (whole === undefined || whole.trim() === '') return parts.length === 0 ? null : parts.join(' and ');
  return parts.length === 0 ? whole : [`(${whole})`, ...parts].join(' and ');
}

/** What is taken from a repository, a file or a folder instead of an index. */
function referenceOf(table: TomlTableEntry): string | null {
  const text = (key: string): string | null => entryString(table.entries.get(key))?.value ?? null;
  for (const system of ['git', 'hg', 'svn', 'bzr']) {
    const repository = text(system);
    const reference = text('ref');
    if (repository !== null) return `${system}+${repository}${reference === null ? '' : `@${reference}`}`;
  }
  return text('file') ?? text('path') ?? text('url');
}

function problem({ start, end }: TomlEntry, message: string): EntryProblem {
  return { message, hint: null, start, end };
}
