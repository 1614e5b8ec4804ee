import type { ErrorPlace } from './errors.ts';
import type { LockFile } from './lock-file.ts';
import type { RaisedRuntime } from './raised-runtime.ts';
import type { Requirement } from './requirement.ts';
import type { Target } from './target.ts';

/** A file as it was read. `text` keeps line ends and a byte order mark; `digest` is sha256 of the bytes. */
export interface SourceFile {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly digest: string;
  /** In which `text` is written, as `TextDecoder` names it; absent: UTF-8. */
  readonly encoding?: string;
  /** Why nothing in it can be edited: its text would not become the same bytes again. Absent: it would. */
  readonly notEditable?: string;
}

/** Something in a file that was not understood; treated as unknown and always said. */
export interface Unreadable {
  readonly message: string;
  readonly hint: string | null;
  readonly at: ErrorPlace;
}

/** Settings that a manifest makes for its package index (pip's --index-url and the like). */
export interface IndexOptions {
  readonly indexUrl: string | null;
  readonly extraIndexUrls: readonly string[];
  readonly findLinks: readonly string[];
  readonly noIndex: boolean;
  readonly pre: boolean;
  readonly noBinary: readonly string[];
  readonly onlyBinary: readonly string[];
  readonly requireHashes: boolean;
}

/** One file with requirements. The files that it includes stand beside it in the service, as manifests of their own. */
export interface Manifest {
  readonly path: string;
  readonly kind: string;
  readonly requirements: readonly Requirement[];
  readonly unreadable: readonly Unreadable[];
  readonly indexOptions: IndexOptions;
  readonly generatedBy: Generated | null;
  /** Files that are installed whenever this one is (pip's -r); absent: none. */
  readonly holds?: readonly string[];
  /** Of a lock: how many packages it has on none of the service's targets. Absent: none. */
  readonly elsewhere?: number;
}

/** The tool that generated a file and the source that it names. Such a file takes no version that its source does not admit. */
export interface Generated {
  readonly tool: string;
  readonly source: string | null;
  /** Where no source is named: whether there is anything that it may have been generated from. */
  readonly sourceIsThere: boolean;
}

/** What is built and deployed as one: the manifests that are installed together, and what they run on. */
export interface Service {
  /** The folder relative to the root ("." for the root itself). */
  readonly name: string;
  /** `build`: not the service itself, but what building one of its projects needs, installed apart from it. */
  readonly purpose?: 'build';
  readonly manifests: readonly Manifest[];
  readonly targets: readonly Target[];
  /** The lock that decides today's set; absent: an installer takes the newest that the lines admit. */
  readonly lock?: LockFile;
  /** Absent: nothing asks for a newer runtime, or it is on one already. `targets` are then those after the move. */
  readonly raised?: RaisedRuntime;
  /** How many lines of development were left out of reading because the user said so; absent: none. */
  readonly developmentLeftOut?: number;
}

/** A file or folder that was seen and is not read. */
export interface NotSupported {
  readonly path: string;
  readonly what: string;
  /** Nothing that is installed anywhere: told, and no reason to fail. Absent: it may ask for anything. */
  readonly weightless?: true;
}

/** A repository as it was read. */
export interface Project {
  /** Absolute path of the root. */
  readonly root: string;
  readonly services: readonly Service[];
  /** Where one service was asked for: others that have files of it, or of one another. A plan must suit them too. */
  readonly beside?: readonly Service[];
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Files that were seen and are not supported, with what they are. */
  readonly notSupported: readonly NotSupported[];
}
