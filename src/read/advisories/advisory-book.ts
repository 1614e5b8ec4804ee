import type { Advisory, Affected } from '../../domain/advisory.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Version } from '../../domain/version.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../ecosystems/ecosystem.ts';
import type { AdvisoryProblem, SourceState } from './advisory-source.ts';

export type { AdvisoryProblem, SourceState } from './advisory-source.ts';

/** Where advisories come from, and as of when they are read. */
export interface AdvisorySettings {
  /**
   * `--advisories`: folders of OSV records, dumps (`all.zip`, or a folder that holds `PyPI/all.zip`), single records,
   * URLs of a dump or of an OSV API. Empty: the bundle's, or else the public API.
   */
  readonly sources: readonly string[];
  /** Base URL of the API that is asked without `sources`; null: `FETTLE_OSV_URL`, or else the public one. */
  readonly apiUrl: string | null;
  readonly offline: boolean;
  /** A bundle's content, read instead of the default source. */
  readonly bundle: ReadonlyMap<string, Uint8Array> | null;
  /** Only advisories that were known by then, and no withdrawal after it. */
  readonly asOf: Date | null;
  /** OSV's name for the ecosystem. */
  readonly ecosystemName: string;
  /** What is published of a package, as far as it is in memory: the upload of a fix tells when an advisory was known. */
  readonly published: ((name: PackageName) => PublishedPackage | null) | null;
}

/** All advisories of the packages that were loaded. */
export interface AdvisoryBook {
  /** Asks all sources about these packages, once; every other call is answered from memory. */
  load(names: readonly PackageName[]): Promise<void>;
  /** The live advisories of a loaded package, worst first. */
  about(name: PackageName): readonly Advisory[];
  /** How any version, published or not, stands to an advisory of this book. Its local segment is not looked at. */
  affected(advisory: Advisory, version: Version): Affected;
  /** The same over all that is published; `possibly` and `affected` have no version in common. */
  affectedSet(
    advisory: Advisory,
    published: PublishedPackage,
  ): { readonly affected: VersionSet; readonly possibly: VersionSet };
  /** Why silence about a loaded package proves nothing, or null where every source has answered. */
  unanswered(name: PackageName): string | null;
  /** Records that cannot be matched in full, of the loaded packages or of none that can be told. */
  readonly problems: readonly AdvisoryProblem[];
  readonly sources: readonly SourceState[];
  /** The records of the loaded packages for a bundle: same keys as `AdvisorySettings.bundle`. */
  recorded(): ReadonlyMap<string, Uint8Array>;
}
