import { posix } from 'node:path';
import type { Unreadable } from '../../../domain/project.ts';
import { tomlTable } from '../../../io/toml-table.ts';
import { localProject } from '../direct-reference.ts';
import { withIds } from '../locate-requirement.ts';
import type { LocatedRequirement } from '../locate-requirement.ts';
import { NOTHING_READ } from '../manifest-reader.ts';
import type { Include, ManifestContent, ReadingContext, TargetHint } from '../manifest-reader.ts';
import { mergeConflict } from '../merge-conflict.ts';
import { projectFilesIn } from '../project-folder.ts';
import { isDevelopmentName } from '../requirements-file/recognise.ts';
import type { SourceText } from '../source-text.ts';
import { tomlDocument } from '../toml-document.ts';
import { entryString, tomlEntries } from '../toml-entries.ts';
import type { TomlEntry, TomlTableEntry } from '../toml-entries.ts';
import { packageEntry } from './package-entry.ts';
import type { PackageEntry } from './package-entry.ts';
import { pipfileIndexes } from './sources.ts';

/** Tables that are no category of packages. */
const SETTINGS: ReadonlySet<string> = new Set(['source', 'requires', 'scripts', 'pipenv', 'build-system']);

/** Reads a Pipfile: `[packages]`, `[dev-packages]`, categories of its own, its sources and its Python (pipenv's docs). */
export function readPipfile(source: SourceText, context: ReadingContext): ManifestContent {
  const conflict = mergeConflict(source);
  if (conflict) return { ...NOTHING_READ, unreadable: [conflict] };
  const program = tomlDocument(source);
  if ('message' in program) return { ...NOTHING_READ, unreadable: [program] };
  const reading = new Reading(source, context);
  const entries = tomlEntries(program);
  for (const [name, entry] of entries)
    if (!SETTINGS.has(name) && entry.kind === 'table') reading.category(entry);
  const targetHint = reading.runtime(entries.get('requires'));
  return {
    ...NOTHING_READ,
    requirements: withIds(reading.requirements.sort((a, b) => a.span.start - b.span.start)),
    unreadable: reading.unreadable,
    includes: reading.includes,
    indexOptions: pipfileIndexes(tomlTable(program), context.environment),
    targetHint,
  };
}

class Reading {
  readonly requirements: LocatedRequirement[] = [];
  readonly includes: Include[] = [];
  readonly unreadable: Unreadable[] = [];
  readonly #source: SourceText;
  readonly #context: ReadingContext;

  constructor(source: SourceText, context: ReadingContext) {
    this.#source = source;
    this.#context = context;
  }

  category({ name, entries }: TomlTableEntry): void {
    for (const entry of entries.values()) {
      const found = packageEntry(this.#source, entry, this.#context.rules);
      if ('message' in found)
        this.unreadable.push({
          message: found.message,
          hint: found.hint,
          at: this.#source.place(found.start, found.end),
        });
      else if (!this.#included(entry, found, name)) this.requirements.push(this.#located(entry, found, name));
    }
  }

  runtime(requires: TomlEntry | undefined): TargetHint | null {
    if (requires?.kind !== 'table') return null;
    const node =
      entryString(requires.entries.get('python_full_version')) ??
      entryString(requires.entries.get('python_version'));
    if (node === null || node.value.trim() === '*') return null;
    const at = this.#source.place(...node.range);
    const runtime = this.#context.rules.parseRuntime(node.value);
    if ('kind' in runtime) {
      this.unreadable.push({ message: 'this names no Python version', hint: 'write it as "3.12"', at });
      return null;
    }
    const from = `${this.#source.path}:${at.span.line}`;
    return { runtime: { value: runtime, from }, os: null, architecture: null, libc: null };
  }

  /** A local project that can be read brings in what it asks for itself. */
  #included(entry: TomlEntry, { dependency }: PackageEntry, category: string): boolean {
    const { tree } = this.#context;
    const folder =
      dependency.url === null ? null : localProject(dependency.url, (p) => this.#folderAt(p), tree);
    if (folder === null) return false;
    const { start, end } = entry;
    const group = isDevelopmentName(category) ? { group: 'development' as const } : {};
    for (const path of projectFilesIn(folder, tree))
      this.includes.push({ path, role: 'requirement', start, end, ...group });
    return true;
  }

  #folderAt(path: string): string | null {
    const folder = posix.join(posix.dirname(this.#source.path), path);
    return posix.isAbsolute(path) || folder === '..' || folder.startsWith('../') ? null : folder;
  }

  #located(entry: TomlEntry, { dependency, version }: PackageEntry, category: string): LocatedRequirement {
    const place = version?.range(0, version.text.length) ?? emptyPlace(entry);
    return {
      dependency,
      role: 'requirement',
      group: isDevelopmentName(category) ? 'development' : 'production',
      ...(category === 'packages' ? {} : { groupName: category }),
      span: this.#source.span(entry.start, entry.end),
      specifierSpan: this.#source.span(place.start, place.end),
      notEditable: this.#source.notEditable ?? whyNot(dependency.url, place.changed),
      hashes: [],
    };
  }
}

/** Inside the quotes of an empty string, or after an entry that has no version. */
function emptyPlace(entry: TomlEntry): { start: number; end: number; changed: string | null } {
  const node = entryString(entry.kind === 'table' ? entry.entries.get('version') : entry);
  if (node === null) return { start: entry.end, end: entry.end, changed: 'its table has no version to move' };
  const at = node.range[0] + (node.multiline ? 3 : 1);
  return { start: at, end: at, changed: null };
}

function whyNot(url: string | null, changed: string | null): string | null {
  return url === null ? changed : 'it is a direct reference, which has no version to move';
}
