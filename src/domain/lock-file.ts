import type { Condition } from './dependency.ts';
import type { PackageName } from './package-name.ts';
import type { Unreadable } from './project.ts';
import type { Requirement } from './requirement.ts';
import type { SourceSpan } from './source-span.ts';
import type { Version } from './version.ts';

/** One entry asking for another, as the lock itself says it. */
export interface LockEdge {
  readonly name: PackageName;
  /** Null: whichever version the lock has of the name. */
  readonly version: Version | null;
  readonly extras: readonly string[];
  readonly condition: Condition | null;
  /** The extra of the entry that has to be asked for, or null. */
  readonly extra: string | null;
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
  readonly group: Requirement['group'];
  /** What the entry asks for; null where the lock does not say it (flat locks: everything whose condition holds is installed). */
  readonly asks: readonly LockEdge[] | null;
  /** "sha256:…" of each file. */
  readonly hashes: readonly string[];
  /** Where its version stands, or its name where it has none. */
  readonly span: SourceSpan;
}

/** A lock as its tool wrote it. */
export interface LockFile {
  readonly path: string;
  /** "uv", "poetry", "pipenv", "pylock". */
  readonly tool: string;
  readonly entries: readonly LockEntry[];
  readonly unreadable: readonly Unreadable[];
  /** One sentence why the lock no longer belongs to its manifests by its own words (a hash, a list of requirements); null: it says nothing against it. */
  readonly outdated: string | null;
}
