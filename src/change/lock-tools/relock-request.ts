import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import type { Ecosystem, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';

/** One package that a plan moves. `from` null: it is new; `to` null: nothing asks for it any more. */
export interface Move {
  readonly name: PackageName;
  readonly from: Version | null;
  readonly to: Version | null;
}

/** What a lock is to become, all of it values. */
export interface RelockRequest {
  /** Absolute path of the real project: its index settings are read there, nothing is written. */
  readonly root: string;
  /** The lock's path relative to the root. */
  readonly lock: string;
  /** "uv", "poetry", "pipenv", "pylock". */
  readonly tool: string;
  /**
   * Every file that the tool needs, by its path relative to the root, as it will be after the edits: manifests of the
   * project and its members, the tool's settings, and the lock as it is now.
   */
  readonly files: ReadonlyMap<string, string>;
  /** As in `SourceFile`, of the files that are not in UTF-8. */
  readonly encodings?: ReadonlyMap<string, string>;
  readonly sets: readonly LockedSet[];
  readonly moves: readonly Move[];
  /** What the indexes have of a package of the plan. */
  readonly publishedOf: (name: PackageName) => PublishedPackage | null;
  readonly rules: Ecosystem;
}

/** How the lock's tool may be had and run. */
export interface RelockSettings {
  /** `--index-url`. */
  readonly indexUrl: string | null;
  readonly offline: boolean;
  readonly allowBuild: boolean;
  /** Where fettle keeps tools that it fetched: `tools` in its cache folder. */
  readonly toolsFolder: string;
  /** This machine, for the wheel of a tool that has to be fetched. */
  readonly machine: Target;
}

export type Relocked =
  | { readonly kind: 'rewritten'; readonly text: string }
  /** One sentence, and what can be done about it. */
  | { readonly kind: 'refused'; readonly why: string; readonly hint: string };

/** A refusal as a value. */
export function refused(why: string, hint: string): Extract<Relocked, { kind: 'refused' }> {
  return { kind: 'refused', why, hint };
}
