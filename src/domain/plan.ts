import type { Advisory } from './advisory.ts';
import type { UserFacingError } from './errors.ts';
import type { PackageName } from './package-name.ts';
import type { Requirement } from './requirement.ts';
import type { Target } from './target.ts';
import type { ChangeSize, Version } from './version.ts';

/** One package at one version in a service's set on one target. */
export interface LockedPackage {
  readonly name: PackageName;
  readonly version: Version;
  readonly extras: readonly string[];
  /** Names of the packages that ask for it; empty for what only requirement lines ask for. */
  readonly requiredBy: readonly PackageName[];
}

/** A service's whole set on one target. */
export interface LockedSet {
  readonly target: Target;
  readonly packages: readonly LockedPackage[];
}

/** One change that a plan makes. `from` null: the line is added. `to` null: the line is removed. */
export interface Change {
  readonly requirement: Requirement | null;
  readonly name: PackageName;
  readonly from: { readonly specifier: string; readonly version: Version | null } | null;
  readonly to: { readonly specifier: string; readonly version: Version } | null;
  readonly size: ChangeSize;
  /** Ids of the findings that it repairs. */
  readonly repairs: readonly string[];
  /** One sentence: why this line must move. */
  readonly because: string;
  /** How it was found that the line must move; absent: by the solver. */
  readonly how?: string;
  /** The core of the next cheaper step, in prose, or null where the policy asked for the newest. */
  readonly whyNotLower: string | null;
  /**
   * Of a line that is added: it asks for a package that no metadata asks for, because this one imports it (null: the service's own
   * sources). Absent: it bounds what comes in anyway, and may stand among constraints.
   */
  readonly neededBy?: PackageName | null;
  /** The line asks for this package from now on, and `to` is of it. Absent: for the package that it asked for. */
  readonly successor?: PackageName;
}

/** What a line is at afterwards: "1.2", of its successor "other 1.2", or "removed". */
export function afterText({ to, successor }: Pick<Change, 'to' | 'successor'>): string {
  return to === null ? 'removed' : ofSuccessor(successor, to.version.text);
}

/** What a line asks for afterwards, with the package that it is of where that is another one. */
export function ofSuccessor(successor: string | undefined, asked: string): string {
  return successor === undefined ? asked : `${successor} ${asked}`;
}

/** A way out of what no plan repairs, with its price. */
export interface WayOut {
  readonly kind:
    | 'override'
    | 'successor'
    | 'remove'
    | 'newer-runtime'
    | 'narrow-project'
    | 'step-back'
    | 'waiver'
    | 'split-by-condition'
    | 'relax-policy';
  readonly text: string;
  /** `newer-runtime`: the packages of which versions cannot be installed on this one. */
  readonly packages?: readonly PackageName[];
}

/** What the plan leaves, and the exact reason. */
export interface Unrepaired {
  readonly finding: string;
  readonly kind: 'advisory' | 'needs-build' | 'yanked';
  /** False: the advisory's records leave it open whether it touches the version. */
  readonly certain: boolean;
  readonly name: PackageName;
  readonly advisory: Advisory | null;
  readonly targets: readonly Target[];
  /** The derivation in prose: what forbids every repair. */
  readonly because: string;
  readonly waysOut: readonly WayOut[];
}

/** What was proven of the plan's smallness. `tiers` names what it covers. */
export interface MinimalityProof {
  readonly proven: boolean;
  readonly tiers: readonly string[];
  /** Lower bound and what the plan has, of changed lines. */
  readonly lowerBound: number;
  readonly changes: number;
  /** Why fewer is impossible, in prose; one paragraph a core. */
  readonly reasons: readonly string[];
}

/** One package that moves in the service's lock. `from` null: it comes in; `to` null: it goes. */
export interface LockMove {
  readonly name: PackageName;
  readonly from: Version | null;
  readonly to: Version | null;
  /** Ids of the findings that it repairs and no changed line does. */
  readonly repairs: readonly string[];
  readonly because: string;
}

/** What a plan makes of a lock that its own tool writes. */
export interface PlannedLock {
  readonly path: string;
  readonly tool: string;
  /** Every package in it that moves, also those whose line changes; by name. */
  readonly moves: readonly LockMove[];
  /** Whether it has to be written anew: something moves, its manifests change, or it does not fit them today. */
  readonly rewritten: boolean;
}

/** The smallest safe set of changes for one service. */
export interface Plan {
  readonly service: string;
  readonly changes: readonly Change[];
  readonly locks: readonly LockedSet[];
  /** Null where the service has no lock. */
  readonly lock: PlannedLock | null;
  readonly unrepaired: readonly Unrepaired[];
  readonly proof: MinimalityProof;
  /** Transitive packages that move against today's set; null where there was no set to compare with. */
  readonly transitiveChanges:
    | readonly { readonly name: PackageName; readonly from: Version | null; readonly to: Version | null }[]
    | null;
  readonly warnings: readonly string[];
  /** The services that share lines with this one, so that all were solved at once. Absent: it was planned by itself. */
  readonly together?: Together;
  /** Why no plan could be made: an index that it needs cannot be had. Absent: it is one. */
  readonly unplanned?: UserFacingError;
}

/** What services were planned together with one, and why. */
export interface Together {
  /** Their names; `proof` speaks of this service and of them. */
  readonly services: readonly string[];
  /** The files that they share with it or with one another. */
  readonly files: readonly string[];
}

/** What moves in the lock alone: no requirement line of these packages changes. */
export function movesInLockAlone({ lock, changes }: Plan): readonly LockMove[] {
  const changed = new Set(changes.map(({ name }) => name));
  return lock === null ? [] : lock.moves.filter(({ name }) => !changed.has(name));
}
