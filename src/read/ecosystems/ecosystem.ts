import type { Dependency, Condition, Specifier } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { IndexOptions } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import type { ChangeSize, Version } from '../../domain/version.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import type { RangeReader } from '../../io/archive.ts';
import type { World } from '../../io/world.ts';

/** Text that does not follow the grammar: `start` and `end` are offsets of what is wrong within that text. */
export interface SyntaxProblem {
  readonly kind: 'syntax-problem';
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Three-valued: `unknown` where the target does not decide it. */
export type Decision = 'yes' | 'no' | 'unknown';

/**
 * The rules of one packaging world: names, versions, ranges, conditions, and its indexes. Everything below it in
 * the way of the data speaks to this contract alone.
 */
export interface Ecosystem {
  readonly id: string;
  name(text: string): PackageName | SyntaxProblem;
  parseVersion(text: string): Version | SyntaxProblem;
  /** Total order over versions that this ecosystem parsed. */
  compareVersions(a: Version, b: Version): number;
  isPrerelease(version: Version): boolean;
  /** The version without what only its builder added (PyPI's local segment): what advisories speak of. */
  publicVersion(version: Version): Version;
  /** `notation` names the tool whose own notation the text is in; absent: the standard one. */
  parseSpecifier(text: string, notation?: string): Specifier | SyntaxProblem;
  /** Whether a version, published or not, is in a range. Pre-releases are judged by order alone here. */
  contains(specifier: Specifier, version: Version): boolean;
  parseDependency(text: string): Dependency | SyntaxProblem;
  /** The version that a specifier pins exactly, or null for a range. */
  pinnedVersion(specifier: Specifier): Version | null;
  /** Whether the text itself lets pre-releases in (PEP 440, "Handling of pre-releases"). */
  mentionsPrerelease(specifier: Specifier): boolean;
  /**
   * The specifier in the style in which `old` is written that admits `versions` (ascending, not empty) and as
   * little else as that style allows: a pin stays a pin, a cap moves up, a floor only where it must.
   */
  rewriteSpecifier(old: Specifier, versions: readonly Version[]): Specifier;
  /**
   * The specifier in the notation of `old` that admits what both admit; `bound` is in the standard one, without alternatives.
   * `planned` (ascending, not empty) is what both have to admit.
   */
  narrowSpecifier(old: Specifier, bound: Specifier, planned: readonly Version[]): Specifier;
  changeSize(from: Version, to: Version): ChangeSize;
  /** Whether a condition holds on a target for somebody who asked for `extras`. */
  applies(condition: Condition | null, target: Target, extras: readonly string[]): Decision;
  /** The condition that holds exactly where a requirement should count on these targets and not on the others. */
  conditionFor(targets: readonly Target[], others: readonly Target[]): Condition | null;
  /** The condition that tells a target from every other that its words can tell it from. */
  conditionOf(target: Target): Condition;
  /** The condition that holds where the runtime's own version is in a range; null: everywhere. */
  runtimeCondition(specifier: Specifier): Condition | null;
  /** `--python 3.12`, `--platform linux/amd64` and the like, on top of what was read. */
  parseRuntime(text: string): Target['runtime'] | SyntaxProblem;
  /** The exact version that a runtime says, or the newest known of its series; null where none is known. */
  newestRelease(runtime: Target['runtime']): string | null;
  /** The newer series of a runtime that are out, nearest first. */
  newerRuntimes(runtime: Target['runtime']): readonly Target['runtime'][];
  openIndex(world: World, settings: IndexSettings): Promise<PackageIndex>;
}

/** How a job reaches its indexes. The project's own settings come from its manifests and its tool's configuration. */
export interface IndexSettings {
  readonly root: string;
  /** `--index-url`, before everything that was read. */
  readonly indexUrl: string | null;
  readonly options: readonly IndexOptions[];
  readonly offline: boolean;
  /** Only files uploaded by then exist. */
  readonly asOf: Date | null;
  /** Metadata may be had by running a package's own build backend in a sandbox. */
  readonly allowBuild: boolean;
  /** A bundle's content instead of the network: URL-free key to bytes. */
  readonly bundle: ReadonlyMap<string, Uint8Array> | null;
}

/** Told while the index works, for the progress line. */
export interface IndexProgress {
  readonly waitingFor: 'index pages' | 'metadata';
  readonly done: number;
  readonly asked: number;
}

/**
 * A package index, asked lazily. What is in memory or in the cache is answered at once, not by a promise, so that
 * a warm run never waits. Failing hosts throw `UserFacingError` (index-unreachable, index-invalid, offline-miss).
 */
export interface PackageIndex {
  /** Null: no index has the name. */
  package(name: PackageName): PublishedPackage | null | Promise<PublishedPackage | null>;
  /** What was read of a package in this run; asks nothing, for others than who asked before may not even name it to this index. Absent: nothing. */
  inMemory?(name: PackageName): PublishedPackage | null;
  /** `position` in `PublishedPackage.versions`. What a requirement of its own can ask for at that version on that target. */
  metadata(published: PublishedPackage, position: number, target: Target): Metadata | Promise<Metadata>;
  /**
   * The wheel that an installer takes of a version on a target, to be read in parts. A string says why there is none (only a
   * source distribution, a bundle, an unreachable host); absent: this index gives no files.
   */
  openWheel?(published: PublishedPackage, position: number, target: Target): Promise<OpenedWheel | string>;
  /** Names on the index near to one that it does not have, nearest first; what was tried, not a whole catalogue. */
  nearNames(name: PackageName): Promise<readonly PackageName[]>;
  /** Indexes in use, without credentials, with where each setting was read. */
  readonly sources: readonly { readonly url: string; readonly readFrom: string }[];
  /** What its user should know of the settings or the indexes, one sentence each; it grows while the index works. */
  readonly warnings?: readonly string[];
  /** Whether it has told anything of any package yet, be it that there is none. Absent: as good as no. */
  readonly hasAnswered?: boolean;
  onProgress: ((progress: IndexProgress) => void) | null;
  /**
   * Everything that was read so far, for a bundle: same keys as `IndexSettings.bundle`. With `earlier`, what another
   * run over the same settings recorded is in it too.
   */
  recorded(earlier?: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array>;
}

/** A wheel as it lies on its index. Reads reject with an error that says what its host answered. */
export interface OpenedWheel {
  readonly filename: string;
  /** "sha256:…"; null where the index gives none. */
  readonly hash: string | null;
  /** Opened when first asked for: what is known of the hash alone needs no request. A string says why it cannot be. */
  open(): Promise<RangeReader | string>;
}

/** Why a version cannot be installed on a target. */
export interface NotInstallable {
  readonly kind: 'no-distribution' | 'requires-runtime' | 'build-not-allowed' | 'no-files';
  /** By tag, in words: "wheels for cp39 to cp311 only; the target has cp312". */
  readonly why: string;
  /** The same without what the target has: "wheels for cp39 to cp311 only". */
  readonly offers: string;
}

/** All that one package has published, over all the indexes that serve it. */
export interface PublishedPackage {
  readonly name: PackageName;
  /** Ascending, unique, with files or without. Positions in every VersionSet of this package are positions here. */
  readonly versions: readonly Version[];
  /** Indexes that have the name, in order of preference. More than one: dependency confusion is possible. */
  readonly indexes: readonly string[];
  readonly status: {
    readonly state: 'active' | 'archived' | 'quarantined' | 'deprecated';
    readonly reason: string | null;
  } | null;
  /** Entries of its pages that made no sense and were left out, with the first of them in words. */
  readonly unreadEntries?: { readonly count: number; readonly example: string } | null;
  /** -1 where the version is not published. */
  position(version: Version): number;
  /** Range membership over the published versions, memoised; says nothing of pre-releases' permission or yanks. */
  matching(specifier: Specifier): VersionSet;
  readonly prereleases: VersionSet;
  /** Every file of the version is yanked. */
  readonly yanked: VersionSet;
  yankReason(position: number): string | null;
  /** Earliest upload of a file of the version; null where the index does not tell. */
  uploaded(position: number): Date | null;
  /** The same of any version, one that `asOf` hides too: what was uploaded later dates what was learned later. */
  firstUpload?(version: Version): Date | null;
  /** Versions with a wheel or a usable sdist for the target, its runtime bounds held (upper ones too). */
  installable(target: Target): VersionSet;
  /** Whether a version has a wheel for any target. */
  hasWheel(position: number): boolean;
  /** Versions that have only an sdist there: they install where a build works, which nothing here proves. */
  needsBuild(target: Target): VersionSet;
  /** All others: by kind of reason, which is cheaper to tell of many versions than the reason in words. */
  notInstallable(target: Target): ReadonlyMap<NotInstallable['kind'], VersionSet>;
  whyNot(position: number, target: Target): NotInstallable | null;
  /** Runtime bound of the version's files ("Requires-Python"), as the index gives it; null where there is none. */
  requiresRuntime(position: number): string | null;
  /** "sha256:…" of every file that a hash-checking install may take. */
  hashes(position: number): readonly string[];
  /** File names of the version. */
  files(position: number): readonly {
    readonly filename: string;
    readonly kind: 'wheel' | 'sdist';
    readonly size: number | null;
    readonly hash: string | null;
    readonly uploaded: Date | null;
    readonly yanked: boolean;
    /** Where it can be had, without user name and password; null where that is not known (a bundle keeps no addresses). */
    readonly url?: string | null;
  }[];
}

/** What a version asks for. `unknown` is never "no dependencies". */
export type Metadata =
  | {
      readonly kind: 'known';
      readonly dependencies: readonly Dependency[];
      readonly extras: readonly string[];
      readonly requiresRuntime: string | null;
      /** "Development Status :: 7 - Inactive" and the like. */
      readonly classifiers: readonly string[];
      /** How it was had: "metadata file", "wheel", "sdist PKG-INFO", "sdist setup.cfg", "build". */
      readonly source: string;
      /** It breaks the rules and was repaired; `source` says so too. */
      readonly lenient?: boolean;
      /** What a build asked for where the sdist was made: one elsewhere may ask for something else. */
      readonly asBuiltElsewhere?: boolean;
    }
  | { readonly kind: 'unknown'; readonly why: string };
