import type { PackageName } from '../../domain/package-name.ts';

/** One installed distribution, read off its own `.dist-info`. */
export interface InstalledDistribution {
  readonly name: PackageName;
  readonly version: string;
  /** Path of its `.dist-info`, absolute. */
  readonly info: string;
  /** Paths of RECORD (PEP 376), relative to site-packages, in its order; what climbs out is left out. */
  readonly files: readonly string[];
}

/** A clean environment with one set of distributions and nothing else (PEP 405). */
export interface Environment {
  /** Absolute path of the folder. */
  readonly path: string;
  /** The environment's own interpreter, absolute. */
  readonly interpreter: string;
  /** "3.11.7". */
  readonly runtimeVersion: string;
  /** Absolute path of its site-packages. */
  readonly sitePackages: string;
  /** What a sandbox must let it see: the folder and the installation that its interpreter belongs to. */
  readonly readable: readonly string[];
  readonly distributions: ReadonlyMap<PackageName, InstalledDistribution>;
  /** Of the lock and the interpreter: the same digest is the same environment. */
  readonly digest: string;
}
