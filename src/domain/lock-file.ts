import type { Condition } from './dependency.ts';
import type { PackageName } from './package-name.ts';
import type { Unreadable } from './project.ts';
import type { Requirement } from './requirement.ts';
import type { SourceSpan } from './source-span.ts';
import type { Version } from './version.ts';

/** One entry asking for another, as the lock itself says it. */
export interface LockEdge {
  readonly name: PackageName;
  /** One of these; null: whichever version the lock has of the name. */
  readonly versions: readonly Version[] | null;
  readonly extras: readonly string[];
  readonly condition: Condition | null;
  /** The extra of the entry that has to be asked for, or null. */
  readonly extra: string | null;
  /** `development`: a local project asks for it only for those who work on it; nobody who depends on the project does. */
  readonly group: Requirement['group'];
}

/** One package at one version in a lock. */
export interface LockEntry {
  readonly name: PackageName;
  /** Null for a local project and for a direct reference without a version. */
  readonly version: Version | null;
  /** `index`: from a package index. `local`: a project of this repository. `reference`: a URL, an archive, a repository. */
  readonly source: 'index' | 'local' | 'reference';
  /** When it counts, where the entry itself says it. */
  readonly condition: Condition | null;
  /** Of a lock with roots, who reaches it decides, and here stands `production`. */
  readonly group: Requirement['group'];
  /** Those who work on the project install it under this condition, where that is another one. */
  readonly inDevelopment?: { readonly condition: Condition | null };
  /** The folder of a local project, relative to the lock's; the URL of a reference, without its credentials; else null. */
  readonly reference: string | null;
  /** What the entry asks for; null where the lock does not say it (flat locks: everything whose condition holds is installed). */
  readonly asks: readonly LockEdge[] | null;
  /** "sha256:…" of each file. */
  readonly hashes: readonly string[];
  /** Where its version stands, or its name where it has none. */
  readonly span: SourceSpan;
}

/** A requirement as a tool noted in its lock that the project had it. */
export interface NotedRequirement {
  readonly name: PackageName;
  readonly extras: readonly string[];
  readonly specifier: string;
  readonly condition: string | null;
  /** "production", "extra x", "group y". */
  readonly of: string;
  /** From a URL, a repository, a folder. */
  readonly isReference: boolean;
}

/** What a lock says of the manifest that it was made for. */
export type MadeFor =
  | {
      readonly kind: 'hash';
      readonly hash: string;
      readonly toolVersion: string | null;
      readonly sources: unknown;
    }
  | {
      readonly kind: 'requirements';
      readonly folder: string;
      readonly requirements: readonly NotedRequirement[];
    };

/** A lock as its tool wrote it. */
export interface LockFile {
  readonly path: string;
  /** "uv", "poetry", "pipenv", "pylock". */
  readonly tool: string;
  readonly entries: readonly LockEntry[];
  /** Where the walk begins; null for a flat lock, whose entries say themselves when they count. */
  readonly roots: readonly LockEdge[] | null;
  /** Extras of the project that conditions in it speak of, by the names that they have there. */
  readonly extras: readonly string[];
  /** Bounds of the runtime that it was made for, as written; null: it does not say. */
  readonly requiresRuntime: string | null;
  readonly madeFor: readonly MadeFor[];
  readonly unreadable: readonly Unreadable[];
  /** One sentence why the lock no longer belongs to its manifests by its own words (a hash, a list of requirements); null: it says nothing against it. */
  readonly outdated: string | null;
}
