import type { IndexOptions, Manifest, Unreadable } from '../../domain/project.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Target } from '../../domain/target.ts';
import type { World } from '../../io/world.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import type { RepositoryTree } from './repository-tree.ts';
import type { SourceText } from './source-text.ts';

/** The kinds of file that are read. Each has its reader in `manifest-kinds.ts`. */
export type ManifestKind =
  | 'requirements'
  | 'dockerfile'
  | 'pyproject'
  | 'setup-cfg'
  | 'setup-py'
  | 'pipfile'
  | 'python-version'
  | 'runtime';

/** The rules of the ecosystem; no index is opened while a project is read. */
export type Rules = Omit<Ecosystem, 'openIndex'>;

/** What a reader may ask for beside the text that it reads. */
export interface ReadingContext {
  readonly rules: Rules;
  readonly environment: World['environment'];
  /** For what only another program reads (a `setup.py` by Python's own `ast`); absent: no program is run. */
  readonly processes?: World['processes'];
  readonly tree: RepositoryTree;
  /**
   * Only locks are looked at: of a manifest it matters what it includes and runs on, and whether it asks for anything, not for what. False
   * where lines of development are left out, for those are counted.
   */
  readonly locksAlone?: boolean;
  /** Opens another file of the project, lossless; null where there is none. Undecodable: `invalid-file`. */
  open(path: string): Promise<SourceText | null>;
  /** The text of a file that is only looked into, whatever its encoding; null where there is none. */
  peek(path: string): Promise<string | null>;
}

/** Another file that this one brings in (pip's -r and -c); `path` is relative to the root and exists. */
export interface Include {
  readonly path: string;
  readonly role: Requirement['role'];
  /** `development`: only those who work on the service install it; absent: as the file that includes it. */
  readonly group?: 'development';
  /** Where it is written, for a message about the included file. */
  readonly start: number;
  readonly end: number;
}

/** A part of a target, and where it was read ("Dockerfile:1"). */
export interface Told<T> {
  readonly value: T;
  readonly from: string;
}

/** What one file says about where the service runs; null: it does not say. */
export interface TargetHint {
  readonly runtime: Told<Target['runtime']> | null;
  readonly os: Told<Target['os']> | null;
  readonly architecture: Told<string> | null;
  readonly libc: Told<NonNullable<Target['libc']>> | null;
  /** The base image whose name tells the runtime. */
  readonly image?: string;
}

/** One file as its reader understood it. Requirements carry the role and group of a file that is asked for itself. */
export interface ManifestContent {
  readonly requirements: readonly Requirement[];
  readonly unreadable: readonly Unreadable[];
  readonly includes: readonly Include[];
  readonly indexOptions: IndexOptions;
  readonly generatedBy: Manifest['generatedBy'];
  readonly targetHint: TargetHint | null;
  /** A Dockerfile installs something of which it is not known what. */
  readonly unreadInstalls?: true;
  /** What only its build needs, in an environment of its own (`[build-system] requires`). */
  readonly buildRequirements?: readonly Requirement[];
  /** The name of the project that the file describes. */
  readonly projectName?: PackageName;
}

/** How one kind of file is known and read. */
export interface ManifestReader {
  /** By the path alone. */
  recognises(path: string): boolean;
  /** Files larger than this are refused, in bytes. */
  readonly maxBytes: number;
  read(source: SourceText, context: ReadingContext): Promise<ManifestContent>;
}

export const NO_INDEX_OPTIONS: IndexOptions = {
  indexUrl: null,
  extraIndexUrls: [],
  findLinks: [],
  noIndex: false,
  pre: false,
  noBinary: [],
  onlyBinary: [],
  requireHashes: false,
};

export const NOTHING_READ: ManifestContent = {
  requirements: [],
  unreadable: [],
  includes: [],
  indexOptions: NO_INDEX_OPTIONS,
  generatedBy: null,
  targetHint: null,
};
