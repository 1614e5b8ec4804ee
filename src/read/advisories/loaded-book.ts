import type { Advisory, Affected } from '../../domain/advisory.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Version } from '../../domain/version.ts';
import type { PublishedPackage } from '../ecosystems/ecosystem.ts';
import type { AdvisoryBook, AdvisorySettings } from './advisory-book.ts';
import type { AffectedVersions } from './affected-versions.ts';
import { bundleKey, bundleOf } from './advisory-bundle.ts';
import type { SourcedRecord } from './advisory-group.ts';
import { compareAdvisories, groupAdvisory } from './advisory-group.ts';
import type { AdvisoryProblem, AdvisorySource } from './advisory-source.ts';
import { aliasGroups } from './alias-groups.ts';
import { isoDay, wasKnown } from './known-since.ts';
import { newestOfEach } from './newest-records.ts';
import { unmatchable, unreadableBounds } from './record-problems.ts';
import type { VersionOrder } from './version-rules.ts';
import { VersionRules } from './version-rules.ts';

/** What the book has worked out about one package. */
interface Page {
  readonly advisories: readonly Advisory[];
  readonly problems: readonly AdvisoryProblem[];
  /** Whether what is published of the package was looked at. */
  readonly withUploads: boolean;
}

type AffectedSet = ReturnType<AdvisoryBook['affectedSet']>;

/** The book over opened sources. Each package is worked out once, when it is first asked for. */
export class LoadedBook implements AdvisoryBook {
  readonly #sources: readonly AdvisorySource[];
  readonly #settings: Pick<AdvisorySettings, 'asOf' | 'ecosystemName' | 'published'>;
  readonly #rules: VersionRules;
  readonly #loaded = new Set<PackageName>();
  readonly #pages = new Map<PackageName, Page>();
  readonly #deciding = new WeakMap<Advisory, AffectedVersions>();
  /** Asked for once a version and waiver; null: something new was loaded or worked out since. */
  #problems: readonly AdvisoryProblem[] | null = null;
  readonly #publicVersions = new WeakMap<PublishedPackage, readonly Version[]>();
  /** What is told of a whole package: a plan asks for it again for each set that it looks at. */
  readonly #sets = new WeakMap<PublishedPackage, Map<Advisory, AffectedSet>>();

  constructor(
    sources: readonly AdvisorySource[],
    order: VersionOrder,
    settings: Pick<AdvisorySettings, 'asOf' | 'ecosystemName' | 'published'>,
  ) {
    this.#sources = sources;
    this.#settings = settings;
    this.#rules = new VersionRules(order);
  }

  async load(names: readonly PackageName[]): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.load(names)));
    for (const name of names) this.#loaded.add(name);
    this.#problems = null;
  }

  about(name: PackageName): readonly Advisory[] {
    return this.#page(name).advisories;
  }

  affected(advisory: Advisory, version: Version): Affected {
    return this.#decidingOf(advisory).of(version);
  }

  affectedSet(advisory: Advisory, published: PublishedPackage): AffectedSet {
    const sets = this.#sets.get(published) ?? new Map<Advisory, AffectedSet>();
    this.#sets.set(published, sets);
    const known = sets.get(advisory);
    if (known !== undefined) return known;
    const set = this.#decidingOf(advisory).within(this.#publicVersionsOf(published));
    sets.set(advisory, set);
    return set;
  }

  #publicVersionsOf(published: PublishedPackage): readonly Version[] {
    let versions = this.#publicVersions.get(published);
    if (versions === undefined) {
      versions = published.versions.map((version) => this.#rules.publicVersion(version));
      this.#publicVersions.set(published, versions);
    }
    return versions;
  }

  unanswered(name: PackageName): string | null {
    for (const source of this.#sources) {
      const why = source.unanswered(name);
      if (why !== null) return why;
    }
    return null;
  }

  get problems(): readonly AdvisoryProblem[] {
    return (this.#problems ??= this.#allProblems());
  }

  #allProblems(): readonly AdvisoryProblem[] {
    const told = this.#sources.flatMap(({ problems }) =>
      problems.filter((problem) => problem.package === null || this.#loaded.has(problem.package)),
    );
    return [...told, ...[...this.#loaded].sort().flatMap((name) => this.#page(name).problems)];
  }

  get sources(): AdvisoryBook['sources'] {
    return this.#sources.map(({ state }) => state);
  }

  recorded(): ReadonlyMap<string, Uint8Array> {
    return new Map([[bundleKey(this.#settings.ecosystemName), bundleOf(this.#sources, this.#loaded)]]);
  }

  #page(name: PackageName): Page {
    if (!this.#loaded.has(name))
      throw new Error(`advisories about ${name} were asked for before they were loaded`);
    const known = this.#pages.get(name);
    if (known?.withUploads === true) return known;
    const published = this.#settings.published?.(name) ?? null;
    if (known !== undefined && published === null) return known;
    const page = this.#workOut(name, published);
    this.#pages.set(name, page);
    this.#problems = null;
    return page;
  }

  #workOut(name: PackageName, published: PublishedPackage | null): Page {
    const { asOf } = this.#settings;
    const advisories: Advisory[] = [];
    const problems: AdvisoryProblem[] = [];
    for (const group of aliasGroups(this.#live(name))) {
      const members = group.map(({ sourced }) => sourced);
      const { advisory, affected, usable } = groupAdvisory(name, members, this.#rules, published);
      if (asOf !== null && !wasKnown(advisory.knownSince, advisory.ids, asOf)) continue;
      problems.push(...(usable ? unreadableBounds(advisory, members) : [unmatchable(advisory, members)]));
      if (!usable) continue;
      this.#deciding.set(advisory, affected);
      advisories.push(advisory);
    }
    return { advisories: advisories.sort(compareAdvisories), problems, withUploads: published !== null };
  }

  /** The newest copy of each record, without those that were withdrawn by the day that is asked about. */
  #live(name: PackageName): readonly { id: string; aliases: readonly string[]; sourced: SourcedRecord }[] {
    const { asOf } = this.#settings;
    const all = this.#sources.flatMap((source) => {
      const text = sourceText(source);
      const details = (at: number) => () => source.details(name)[at]!;
      return source.records(name).map((record, at) => ({ record, source: text, details: details(at) }));
    });
    return newestOfEach(all)
      .filter(
        ({ record: { withdrawn } }) =>
          withdrawn === null || (asOf !== null && withdrawn.slice(0, 10) > isoDay(asOf)),
      )
      .map((sourced) => ({ id: sourced.record.id, aliases: sourced.record.aliases, sourced }));
  }

  #decidingOf(advisory: Advisory): AffectedVersions {
    const deciding = this.#deciding.get(advisory);
    if (deciding === undefined) throw new Error(`advisory ${advisory.id} is of another book`);
    return deciding;
  }
}

/** A source with its date, as it is told: "PyPI/all.zip of 2026-11-22". */
function sourceText({ state: { name, date } }: AdvisorySource): string {
  return date === null ? name : `${name} of ${date}`;
}
