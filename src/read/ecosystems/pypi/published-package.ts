import type { Specifier } from '../../../domain/dependency.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import { targetText, type Target } from '../../../domain/target.ts';
import { VersionSet } from '../../../domain/version-set.ts';
import type { Version } from '../../../domain/version.ts';
import { withoutCredentials } from '../../../io/url-credentials.ts';
import type { NotInstallable, PublishedPackage } from '../ecosystem.ts';
import { SDIST, YANKED, type Page, type PageColumns } from './page-columns.ts';
import { firstAtOrAbove, matchingSet } from './specifier.ts';
import { whyNoWheelFits, type TagReason } from './tag-reason.ts';
import { targetFit } from './target-fit.ts';
import { asPypiVersion, isPrereleaseText, PypiVersion } from './version.ts';

/** What the project lets an installer take of a package (pip's --no-binary and --only-binary). */
export interface AllowedKinds {
  readonly wheels: boolean;
  readonly sdists: boolean;
}

/** How a version can be installed on a target: where a wheel fits, whatever else there is. */
const BY_WHEEL = 1;
const BY_SDIST = 2;

/** What there is of each version on one target: those that can be installed there, and those of them that have to be built. */
interface Availability {
  readonly installable: VersionSet;
  readonly needsBuild: VersionSet;
}

/** A project's page, asked by version and target. Everything is computed when it is first asked for. */
export class PypiPackage implements PublishedPackage {
  readonly name: PackageName;
  readonly indexes: readonly string[];
  readonly page: Page;
  readonly #allowed: AllowedKinds;
  readonly #onFileAsked: (file: number) => void;
  readonly #whole: PypiPackage;
  readonly #matching = new Map<string, VersionSet>();
  readonly #available = new Map<Target, Availability>();
  #versions: readonly PypiVersion[] | null = null;
  #prereleases: VersionSet | null = null;
  #yanked: VersionSet | null = null;

  /**
   * `onFileAsked` is told of each file whose name or hash somebody wants to know; `whole` is the package with what the
   * page leaves out because it was uploaded later than the day that is asked about.
   */
  constructor(
    name: PackageName,
    page: Page,
    indexes: readonly string[],
    allowed: AllowedKinds,
    onFileAsked: (file: number) => void,
    whole?: PypiPackage,
  ) {
    this.name = name;
    this.page = page;
    this.indexes = indexes;
    this.#allowed = allowed;
    this.#onFileAsked = onFileAsked;
    this.#whole = whole ?? this;
  }

  get versions(): readonly PypiVersion[] {
    return (this.#versions ??= this.columns.versions.map((text) => new PypiVersion(text, null)));
  }

  get columns(): PageColumns {
    return this.page.columns;
  }

  get status(): PublishedPackage['status'] {
    return this.columns.status;
  }

  get unreadEntries(): PageColumns['notRead'] {
    return this.columns.notRead;
  }

  /** -1 where it is not published; any spelling of an equal version (1.0, 1.0.0) is found. */
  position(version: Version): number {
    const { key } = asPypiVersion(version);
    const at = firstAtOrAbove(this.versions, key);
    return this.versions[at]?.key === key ? at : -1;
  }

  matching(specifier: Specifier): VersionSet {
    const { text, notation } = specifier;
    const key = notation === undefined ? text : `${notation} ${text}`;
    const known = this.#matching.get(key);
    if (known !== undefined) return known;
    const set = matchingSet(specifier, this.versions);
    this.#matching.set(key, set);
    return set;
  }

  get prereleases(): VersionSet {
    const { versions } = this.columns;
    return (this.#prereleases ??= VersionSet.where(versions.length, (at) => isPrereleaseText(versions[at]!)));
  }

  get yanked(): VersionSet {
    return (this.#yanked ??= this.#allYanked());
  }

  yankReason(position: number): string | null {
    return this.yanked.has(position) ? (this.columns.yankReasons.get(position) ?? null) : null;
  }

  uploaded(position: number): Date | null {
    let earliest = 0;
    const [start, end] = this.#range(position);
    for (let file = start; file < end; file++) {
      const seconds = this.columns.uploaded[file]!;
      if (seconds !== 0 && (earliest === 0 || seconds < earliest)) earliest = seconds;
    }
    return earliest === 0 ? null : new Date(earliest * 1000);
  }

  firstUpload(version: Version): Date | null {
    const position = this.#whole.position(version);
    return position < 0 ? null : this.#whole.uploaded(position);
  }

  installable(target: Target): VersionSet {
    return this.#availability(target).installable;
  }

  hasWheel(position: number): boolean {
    return this.allFiles(position).some((file) => this.columns.tagSets[file] !== SDIST);
  }

  needsBuild(target: Target): VersionSet {
    return this.#availability(target).needsBuild;
  }

  notInstallable(target: Target): ReadonlyMap<NotInstallable['kind'], VersionSet> {
    const count = this.columns.versions.length;
    const byKind = new Map<NotInstallable['kind'], number[]>();
    for (const position of this.installable(target).complement().positions()) {
      const kind = this.#obstacle(position, target);
      const known = byKind.get(kind);
      if (known === undefined) byKind.set(kind, [position]);
      else known.push(position);
    }
    return new Map([...byKind].map(([kind, positions]) => [kind, VersionSet.of(count, ...positions)]));
  }

  whyNot(position: number, target: Target): NotInstallable | null {
    if (this.installable(target).has(position)) return null;
    const kind = this.#obstacle(position, target);
    return { kind, ...this.#why(kind, position, target) };
  }

  requiresRuntime(position: number): string | null {
    const { runtimes, runtimeIds } = this.columns;
    for (const file of this.usableFiles(position))
      if (runtimeIds[file] !== 0) return runtimes[runtimeIds[file]!]!;
    return null;
  }

  hashes(position: number): readonly string[] {
    const files = this.usableFiles(position);
    files.forEach(this.#onFileAsked);
    return files.map((file) => this.page.file(file).hash).filter((hash) => hash !== '');
  }

  files(position: number): ReturnType<PublishedPackage['files']> {
    const { columns } = this;
    const files = this.allFiles(position);
    files.forEach(this.#onFileAsked);
    return files.map((file) => {
      const { filename, size, hash, url } = this.page.file(file);
      return {
        filename,
        kind: columns.tagSets[file] === SDIST ? 'sdist' : 'wheel',
        size: size < 0 ? null : size,
        hash: hash === '' ? null : hash,
        uploaded: columns.uploaded[file] === 0 ? null : new Date(columns.uploaded[file]! * 1000),
        yanked: (columns.flags[file]! & YANKED) !== 0,
        url: url === '' ? null : withoutCredentials(url),
      };
    });
  }

  /** Positions of the version's files in the columns. */
  allFiles(position: number): readonly number[] {
    const [start, end] = this.#range(position);
    const files: number[] = [];
    for (let file = start; file < end; file++) files.push(file);
    return files;
  }

  /** Without yanked files, unless all are yanked: then an exact pin may still have them (PEP 592). */
  usableFiles(position: number): readonly number[] {
    const files = this.allFiles(position);
    const live = files.filter((file) => (this.columns.flags[file]! & YANKED) === 0);
    return live.length > 0 ? live : files;
  }

  /**
   * The files whose metadata speaks for the version on a target, best first: the wheel that an installer takes there;
   * where none fits, wheels for others, since they mostly say the same; sdists last.
   */
  filesForMetadata(position: number, target: Target): readonly number[] {
    const { tags, tagSets } = this.columns;
    const fit = targetFit(target);
    const files = this.usableFiles(position);
    const wheels = files.filter((file) => tagSets[file] !== SDIST);
    const sdists = files.filter((file) => tagSets[file] === SDIST);
    const ranked = wheels
      .map((file) => ({ file, rank: fit.rank(tags[tagSets[file]!]!) }))
      .filter(({ rank }) => rank >= 0)
      // Of equal rank the later one: files stand in the order of their build numbers.
      .sort((a, b) => a.rank - b.rank || b.file - a.file)
      .map(({ file }) => file);
    const preferSdist = !this.#allowed.wheels && sdists.length > 0;
    if (preferSdist) return sdists;
    const wheel = ranked[0] ?? wheels.at(-1);
    return wheel === undefined ? sdists : [wheel, ...sdists];
  }

  /** The wheel that an installer takes there; -1 where none fits. */
  wheelFor(position: number, target: Target): number {
    const [best] = this.filesForMetadata(position, target);
    return best !== undefined && this.#isCandidate(best, target) && this.columns.tagSets[best] !== SDIST
      ? best
      : -1;
  }

  #range(position: number): readonly [number, number] {
    const { firstFile } = this.columns;
    return [firstFile[position]!, firstFile[position + 1]!];
  }

  #allYanked(): VersionSet {
    const { flags, firstFile, versions } = this.columns;
    // A page of thousands of files mostly has none: one call tells.
    if (!flags.includes(YANKED)) return VersionSet.none(versions.length);
    return VersionSet.where(versions.length, (at) => {
      const [start, end] = [firstFile[at]!, firstFile[at + 1]!];
      for (let file = start; file < end; file++) if ((flags[file]! & YANKED) === 0) return false;
      return end > start;
    });
  }

  #availability(target: Target): Availability {
    const known = this.#available.get(target);
    if (known !== undefined) return known;
    const { firstFile, tagSets, runtimeIds, flags, tags, runtimes, versions } = this.columns;
    const fit = targetFit(target);
    const wheelFits = tags.map((tag) => this.#allowed.wheels && fit.rank(tag) >= 0);
    const admitted = runtimes.map((text) => fit.admits(text));
    const { yanked } = this;
    const ways = new Uint8Array(versions.length);
    for (let at = 0; at < versions.length; at++) {
      const skipped = yanked.has(at) ? 0 : YANKED;
      const end = firstFile[at + 1]!;
      for (let file = firstFile[at]!; file < end; file++) {
        if ((flags[file]! & skipped) !== 0 || !admitted[runtimeIds[file]!]!) continue;
        const tagSet = tagSets[file]!;
        if (tagSet === SDIST) {
          if (this.#allowed.sdists) ways[at] = BY_SDIST;
        } else if (wheelFits[tagSet]!) {
          ways[at] = BY_WHEEL;
          break;
        }
      }
    }
    const available = {
      installable: VersionSet.where(ways.length, (at) => ways[at] !== 0),
      needsBuild: VersionSet.where(ways.length, (at) => ways[at] === BY_SDIST),
    };
    this.#available.set(target, available);
    return available;
  }

  /** What keeps a version off a target on which it is not installable. */
  #obstacle(position: number, target: Target): NotInstallable['kind'] {
    const files = this.usableFiles(position);
    if (files.length === 0) return 'no-files';
    if (files.some((file) => this.#isCandidate(file, target))) return 'requires-runtime';
    const hasSdist = files.some((file) => this.columns.tagSets[file] === SDIST);
    return hasSdist ? 'build-not-allowed' : 'no-distribution';
  }

  /** Whether an installer on the target would take the file, whatever runtime it asks for. */
  #isCandidate(file: number, target: Target): boolean {
    const { tags, tagSets } = this.columns;
    const tagSet = tagSets[file]!;
    if (tagSet === SDIST) return this.#allowed.sdists;
    return this.#allowed.wheels && targetFit(target).rank(tags[tagSet]!) >= 0;
  }

  #why(kind: NotInstallable['kind'], position: number, target: Target): TagReason {
    const { tags, tagSets, runtimes, runtimeIds } = this.columns;
    const files = this.usableFiles(position);
    if (kind === 'no-files') return plain('the index has no file of this version');
    if (kind === 'requires-runtime') {
      const candidates = files.filter((file) => this.#isCandidate(file, target));
      const asked = [...new Set(candidates.map((file) => runtimes[runtimeIds[file]!]!))];
      const offers = `needs Python ${asked.join(' or ')}`;
      return { offers, why: `${offers}; the target is ${targetText(target)}` };
    }
    if (kind === 'no-distribution' && !this.#allowed.wheels)
      return plain('no source distribution, and the project allows no wheel (no-binary)');
    const wheels = files.filter((file) => tagSets[file] !== SDIST).map((file) => tags[tagSets[file]!]!);
    const reason = whyNoWheelFits(wheels, kind === 'build-not-allowed', target);
    if (kind !== 'build-not-allowed') return reason;
    const refused = 'the project allows wheels only';
    return { offers: `${reason.offers}; ${refused}`, why: `${reason.why}; ${refused}` };
  }
}

/** A reason that has nothing to do with what the target is. */
function plain(text: string): TagReason {
  return { offers: text, why: text };
}
