import type { Advisory } from '../../domain/advisory.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Version } from '../../domain/version.ts';
import type { VersionSet } from '../../domain/version-set.ts';

/** What a package that no line asks for goes back from, on one target. */
export interface StepBackFrom {
  readonly position: number;
  /** Versions that a plan could take as well as today's, where every bound admits them; today's is one of them. */
  readonly candidates: VersionSet;
  /** Versions that some record touches. */
  readonly touched: VersionSet;
  /** Today's positions of all packages on the target. */
  readonly others: ReadonlyMap<PackageName, number>;
}

/**
 * Versions of one package that should not be selected, as long as the package is selected at all. `avoid` holds one set per
 * target, in the graph's order. Every rule has a selector, so that it can be assumed, or given up where it must be.
 */
export interface Rule {
  readonly id: string;
  readonly name: PackageName;
  readonly avoid: readonly VersionSet[];
  readonly why:
    /** `possibly`: those of the versions of which the records do not say for sure. */
    | { readonly kind: 'advisory'; readonly advisory: Advisory; readonly possibly?: VersionSet }
    /** Only an sdist fits the target: whether it builds there is not proven. */
    | { readonly kind: 'needs-build' }
    | { readonly kind: 'unknown-metadata' }
    /** Its metadata breaks the rules: it was read as it was meant, and pip refuses it. */
    | { readonly kind: 'lenient-metadata' }
    /** Taken back by its maintainers; a pin may still have it. */
    | { readonly kind: 'yanked' }
    /**
     * Below today's version of a package that no line asks for, but where the bound of another one asks for that. By target, null
     * where it cannot go back.
     */
    | {
        readonly kind: 'goes-back';
        readonly version: Version;
        readonly from: readonly (StepBackFrom | null)[];
      }
    /** By its files or by running, it does not give what the service's own sources import. */
    | { readonly kind: 'learned'; readonly learned: LearnedBreak }
    /** Today's version, which should move only where it must. */
    | { readonly kind: 'stays'; readonly version: Version }
    /** It does not run on every Python of the project, for all of which Poetry locks; `range` as the project has it. */
    | { readonly kind: 'project-range'; readonly range: string }
    /** The user's policy, in words: "held at ==1.1.2 by fettle.toml". */
    | { readonly kind: 'policy'; readonly what: 'hold' | 'ceiling' | 'cooldown'; readonly text: string };
}
