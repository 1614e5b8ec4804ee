import { posix } from 'node:path';
import type { Unreadable } from '../../../domain/project.ts';
import { localProject } from '../direct-reference.ts';
import { withIds } from '../locate-requirement.ts';
import type { LocatedRequirement } from '../locate-requirement.ts';
import type { FileRange } from '../logical-text.ts';
import { NOTHING_READ } from '../manifest-reader.ts';
import type { Include, ManifestContent, ReadingContext, TargetHint } from '../manifest-reader.ts';
import { projectFilesIn } from '../project-folder.ts';
import { locateToml } from '../pyproject/located-toml.ts';
import type { LocatedString, LocatedTable, Place } from '../pyproject/located-toml.ts';
import { textOf } from '../pyproject/string-text.ts';
import { stringAt } from '../pyproject/toml-lookup.ts';
import { isDevelopmentName } from '../requirements-file/recognise.ts';
import type { SourceText } from '../source-text.ts';
import { packageEntry } from './package-entry.ts';
import type { PackageEntry } from './package-entry.ts';
import { pipfileIndexes } from './sources.ts';

/** Tables that are no category of packages. */
const SETTINGS: ReadonlySet<string> = new Set(['source', 'requires', 'scripts', 'pipenv', 'build-system']);

/** Reads a Pipfile: `[packages]`, `[dev-packages]`, categories of its own, its sources and its Python (pipenv's docs). */
export function readPipfile(source: SourceText, context: ReadingContext): ManifestContent {
  const document = locateToml(source);
  if ('message' in document) return { ...NOTHING_READ, unreadable: [document] };
  const reading = new Reading(source, context);
  for (const [name, { value }] of document.entries)
    if (value.kind === 'table') {
      if (!SETTINGS.has(name)) reading.category(name, value);
    } else if (/^(dev-)?packages$/.test(name)) reading.sayNoTable(name, value.place);
  const targetHint = reading.runtime(document);
  return {
    ...NOTHING_READ,
    requirements: withIds(reading.requirements.sort((a, b) => a.span.start - b.span.start)),
    unreadable: reading.unreadable,
    includes: reading.includes,
    indexOptions: pipfileIndexes(document, context.environment),
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

  category(category: string, { entries }: LocatedTable): void {
    for (const [name, entry] of entries) {
      const found = packageEntry(this.#source, name, entry, this.#context.rules);
      if ('message' in found) {
        const at = this.#source.place(found.place.start, found.place.end);
        this.unreadable.push({ message: found.message, hint: found.hint, at });
      } else if (!this.#included(entry.whole, found, category))
        this.requirements.push(this.#located(entry.whole, found, category));
    }
  }

  sayNoTable(name: string, { start, end }: Place): void {
    const at = this.#source.place(start, end);
    this.unreadable.push({ message: 'a table of packages is expected here', hint: `write [${name}]`, at });
  }

  runtime(document: LocatedTable): TargetHint | null {
    const written =
      stringAt(document, 'requires', 'python_full_version') ??
      stringAt(document, 'requires', 'python_version');
    if (written === null || written.value.trim() === '*') return null;
    const at = this.#source.place(written.place.start, written.place.end);
    const runtime = this.#context.rules.parseRuntime(written.value);
    if ('kind' in runtime) {
      this.unreadable.push({ message: 'this names no Python version', hint: 'write it as "3.12"', at });
      return null;
    }
    const from = `${this.#source.path}:${at.span.line}`;
    return { runtime: { value: runtime, from }, os: null, architecture: null, libc: null };
  }

  /** A local project that can be read brings in what it asks for itself. */
  #included({ start, end }: Place, { dependency }: PackageEntry, category: string): boolean {
    const { tree } = this.#context;
    const folder =
      dependency.url === null ? null : localProject(dependency.url, (path) => this.#folderAt(path), tree);
    if (folder === null) return false;
    const group = isDevelopmentName(category) ? { group: 'development' as const } : {};
    for (const path of projectFilesIn(folder, tree))
      this.includes.push({ path, role: 'requirement', start, end, ...group });
    return true;
  }

  #folderAt(path: string): string | null {
    const folder = posix.join(posix.dirname(this.#source.path), path);
    return posix.isAbsolute(path) || folder === '..' || folder.startsWith('../') ? null : folder;
  }

  #located(whole: Place, { dependency, version }: PackageEntry, category: string): LocatedRequirement {
    const place = version === null ? withoutVersion(whole) : this.#placeOf(version);
    return {
      dependency,
      role: 'requirement',
      group: isDevelopmentName(category) ? 'development' : 'production',
      ...(category === 'packages' ? {} : { groupName: category }),
      span: this.#source.span(whole.start, whole.end),
      specifierSpan: this.#source.span(place.start, place.end),
      notEditable: this.#source.notEditable ?? whyNot(dependency.url, place.changed),
      hashes: [],
    };
  }

  /** Between the quotes. */
  #placeOf(version: LocatedString): FileRange {
    if (version.value !== '') {
      const text = textOf(this.#source, version);
      return text.range(0, text.text.length);
    }
    const middle = (version.place.start + version.place.end) >> 1;
    return { start: middle, end: middle, changed: null };
  }
}

function withoutVersion({ end }: Place): FileRange {
  return { start: end, end, changed: 'its table has no version to move' };
}

function whyNot(url: string | null, changed: string | null): string | null {
  return url === null ? changed : 'it is a direct reference, which has no version to move';
}
