import { posix } from 'node:path';
import type { Dependency } from '../../../domain/dependency.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { Unreadable } from '../../../domain/project.ts';
import type { Requirement } from '../../../domain/requirement.ts';
import { locatedRequirement, unreadableRequirement } from '../locate-requirement.ts';
import type { LocatedRequirement } from '../locate-requirement.ts';
import type { Include, ReadingContext } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import type { DependencySource } from './dependency-source.ts';
import type { LocatedString, LocatedValue, Place } from './located-toml.ts';
import { textOf } from './string-text.ts';

/** What a list of requirements is to the project. */
export type Part = Pick<Requirement, 'role' | 'group' | 'groupName'>;

export const PRODUCTION: Part = { role: 'requirement', group: 'production' };

/** The part of an extra or a group that is named so. */
export function partOf(groupName: string, group: Requirement['group']): Part {
  return { role: 'requirement', group, groupName };
}

/** Collects what the tables of one pyproject.toml say. */
export class PyprojectReading {
  readonly source: SourceText;
  readonly context: ReadingContext;
  readonly requirements: LocatedRequirement[] = [];
  readonly buildRequirements: LocatedRequirement[] = [];
  readonly unreadable: Unreadable[] = [];
  readonly includes: Include[] = [];
  /** The project's own name: extras of it are lines of this file. */
  projectName: PackageName | null = null;
  /** Where the tool takes packages from that it does not take from an index. */
  sources: ReadonlyMap<PackageName, DependencySource> = new Map();

  constructor(source: SourceText, context: ReadingContext) {
    this.source = source;
    this.context = context;
  }

  get folder(): string {
    return posix.dirname(this.source.path);
  }

  say({ start, end }: Place, message: string, hint: string | null = null): void {
    this.unreadable.push({ message, hint, at: this.source.place(start, end) });
  }

  /** A list of PEP 508 requirements; anything else is said. */
  readList(value: LocatedValue | undefined, part: Part): void {
    if (value === undefined) return;
    if (value.kind !== 'array')
      this.say(value.place, 'a list of requirements is expected here', 'write ["name>=1.0"]');
    else if (this.context.locksAlone === true) this.#readUpToFirst(value.items, part);
    else for (const item of value.items) this.readItem(item, part);
  }

  /** Up to the first line that is certain to be kept, for the others then say no more; all where some may bring in a project. */
  #readUpToFirst(items: readonly LocatedValue[], part: Part): void {
    const mayInclude = [...this.sources.values()].some(({ kind }) => kind === 'project');
    for (const item of items) {
      this.readItem(item, part);
      const last = this.requirements.at(-1);
      // Extras and groups that exclude others may be left out again.
      if (!mayInclude && last !== undefined && last.groupName === undefined) return;
    }
  }

  readItem(item: LocatedValue, part: Part): void {
    if (item.kind === 'string') this.#add(item, part);
    else this.say(item.place, 'a requirement is expected here, as a string', 'write it as "name>=1.0"');
  }

  /** What only the build needs: sources and extras of the project have no part in it. */
  readBuildList(value: LocatedValue | undefined): void {
    const items = value?.kind === 'array' ? value.items : [];
    if (value !== undefined && value.kind !== 'array')
      this.say(value.place, 'a list of requirements is expected here', 'write ["name>=1.0"]');
    for (const item of items) {
      if (item.kind !== 'string') this.readItem(item, PRODUCTION);
      else {
        const located = this.#located(item);
        if (located) this.buildRequirements.push(located);
      }
    }
  }

  include(path: string, part: Pick<Part, 'group'>, { start, end }: Place): void {
    if (path === this.source.path) return;
    const known = this.includes.find((one) => one.path === path);
    if (known && (known.group === undefined || part.group === 'development')) return;
    const group = part.group === 'development' ? ({ group: 'development' } as const) : {};
    this.includes.push({ path, role: 'requirement', start, end, ...group });
  }

  /** Takes a requirement up unless its source is a project of the repository, which is read in its place. */
  take(located: LocatedRequirement, part: Part): void {
    const { start, end } = located.span;
    const source = this.sources.get(located.dependency.name);
    if (source?.kind === 'left-out') return;
    if (source?.kind === 'project' && part.role === 'requirement')
      this.include(source.path, part, { start, end });
    else if (source?.kind === 'reference')
      this.requirements.push({ ...fromSource(located, source), ...part });
    else this.requirements.push({ ...located, ...part });
  }

  #add(item: LocatedString, part: Part): void {
    const located = this.#located(item);
    if (located === null || located.dependency.name === this.projectName) return;
    this.take(located, part);
  }

  #located(item: LocatedString): LocatedRequirement | null {
    const { source, context } = this;
    const written = textOf(source, item).trimmed();
    if (written.text === '') {
      this.say(item.place, 'a requirement is expected here, this is empty');
      return null;
    }
    const dependency = context.rules.parseDependency(written.text);
    if (!('kind' in dependency)) return locatedRequirement(source, written, dependency, context.rules);
    this.unreadable.push(unreadableRequirement(source, written, dependency));
    return null;
  }
}

function fromSource(
  located: LocatedRequirement,
  { url, why }: Extract<DependencySource, { readonly kind: 'reference' }>,
): LocatedRequirement {
  const dependency: Dependency = { ...located.dependency, url };
  return { ...located, dependency, notEditable: why };
}
