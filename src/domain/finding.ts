import type { Advisory } from './advisory.ts';
import type { ErrorPlace } from './errors.ts';
import type { LearnedBreak } from './learned-break.ts';
import type { PackageName } from './package-name.ts';
import type { Requirement } from './requirement.ts';
import type { Target } from './target.ts';
import type { Version } from './version.ts';

/** How a package comes in: the requirement line, then each parent at its version, ending with the package. */
export interface Chain {
  readonly requirement: Requirement | null;
  readonly links: readonly { readonly name: PackageName; readonly version: Version; readonly asks: string }[];
}

interface FindingBase {
  /** Stable over runs: made of kind, package, version and advisory, never of a line number. */
  readonly id: string;
  readonly service: string;
  readonly targets: readonly Target[];
  /** One sentence: what is wrong. */
  readonly message: string;
  /** What to do, or null where the plan says it. */
  readonly help: string | null;
  /** False: a warning, which never fails a run. */
  readonly problem: boolean;
  /** `development`: on no target does a production line lead to it. Absent: production. */
  readonly group?: Requirement['group'];
  /** Ids of Evidence. */
  readonly evidence: readonly string[];
}

/** Something found wrong with the project as it is. */
export type Finding = FindingBase &
  (
    | { readonly kind: 'unreadable'; readonly at: ErrorPlace }
    | {
        readonly kind: 'unavailable';
        readonly requirement: Requirement;
        readonly nearest: readonly Version[];
      }
    | {
        readonly kind: 'yanked';
        readonly chain: Chain;
        readonly name: PackageName;
        readonly version: Version;
        readonly reason: string | null;
      }
    | {
        readonly kind: 'no-distribution';
        readonly chain: Chain;
        readonly name: PackageName;
        readonly version: Version;
        readonly why: string;
      }
    | {
        readonly kind: 'vulnerable';
        readonly chain: Chain;
        readonly name: PackageName;
        readonly version: Version;
        readonly advisory: Advisory;
        /** `possibly`: a bound of the record could not be read. */
        readonly certainty: 'affected' | 'possibly';
        /** Published, installable versions above this one that carry no advisory, nearest first. */
        readonly fixedBy: readonly Version[];
      }
    | {
        /** Learned by running: metadata lets it stand, and it does not import. */
        readonly kind: 'breaks-at-import';
        /** To the importer; to the provider where the service's own sources import it. */
        readonly chain: Chain;
        readonly name: PackageName;
        /** Null: nothing of it is installed. */
        readonly version: Version | null;
        readonly learned: LearnedBreak;
      }
    | {
        readonly kind: 'conflicting';
        readonly requirements: readonly Requirement[];
        readonly derivation: string;
      }
    | {
        readonly kind: 'deprecated';
        readonly chain: Chain;
        readonly name: PackageName;
        readonly version: Version | null;
        readonly successor: string | null;
      }
    | {
        readonly kind: 'untested-combination';
        readonly name: PackageName;
        readonly version: Version;
        readonly by: PackageName;
        readonly extra: string;
        readonly bound: string;
      }
    | { readonly kind: 'unpinned'; readonly requirement: Requirement }
    | { readonly kind: 'ambiguous-index'; readonly name: PackageName; readonly indexes: readonly string[] }
    | {
        readonly kind: 'stale-lock';
        /** Path of the lock. */
        readonly lock: string;
        /** One sentence each. */
        readonly differences: readonly string[];
      }
    | { readonly kind: 'not-checked'; readonly subject: string; readonly why: string }
  );

export type FindingKind = Finding['kind'];

export type UncheckedFinding = Extract<Finding, { readonly kind: 'not-checked' | 'unreadable' }>;

/** Whether only those who work on the service meet it. */
export function isOfDevelopment({ group }: Finding): boolean {
  return group === 'development';
}

/** Something that could not be looked at: silence about it proves nothing, and it is no proven problem either. */
export function isUnchecked(finding: Finding): finding is UncheckedFinding {
  return finding.kind === 'not-checked' || finding.kind === 'unreadable';
}

/** An advisory whose records leave it open whether it touches the version: no proven problem, and no proof that there is none. */
export function isPossible(finding: Finding): boolean {
  return finding.kind === 'vulnerable' && finding.certainty === 'possibly';
}

/** Whether a version has no file for the target but an sdist, which only a build can install: its id says so. */
export function mustBeBuilt({ kind, id }: { readonly kind: string; readonly id: string }): boolean {
  return kind === 'no-distribution' && id.endsWith(':build');
}
