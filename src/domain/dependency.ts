import type { PackageName } from './package-name.ts';

/** A range as somebody wrote it. Which published versions it means is asked of `PublishedPackage.matching`. */
export interface Specifier {
  readonly text: string;
  /** The tool's own notation in which it is written ("poetry", "pipfile"); absent: the ecosystem's standard one. */
  readonly notation?: string;
}

/** When a dependency counts, as written (a PyPI marker). `Ecosystem.applies` decides it for a target. */
export interface Condition {
  readonly text: string;
}

/** One package asking for another, in a manifest's line or in a distribution's metadata. */
export interface Dependency {
  readonly name: PackageName;
  /** The name as written, for messages. */
  readonly writtenName: string;
  readonly extras: readonly string[];
  /** Empty text: any version. */
  readonly specifier: Specifier;
  readonly condition: Condition | null;
  /** A direct reference (URL, VCS or path): the index is not asked, and what it holds is unknown. */
  readonly url: string | null;
  /** The whole requirement as written. */
  readonly text: string;
}
