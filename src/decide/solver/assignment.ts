import type { VersionSet } from '../../domain/version-set.ts';
import type { Clause } from './clause.ts';
import type { PackageId, Term } from './incompatibility.ts';

interface AssignmentBase {
  readonly package: PackageId;
  /** The states that are left after it, with all earlier ones about the package counted in. */
  readonly states: VersionSet;
  /** Its place among all assignments. */
  readonly index: number;
  /** 0: holds whatever is assumed. Then one level for each assumption, then one for each decision. */
  readonly level: number;
}

export interface Assumption extends AssignmentBase {
  readonly kind: 'assumption';
  readonly term: Term;
}

export interface Decision extends AssignmentBase {
  readonly kind: 'decision';
}

/** Forced: every other term of its cause held already. */
export interface Derivation<C> extends AssignmentBase {
  readonly kind: 'derivation';
  readonly cause: Clause<C>;
}

export type Assignment<C> = Assumption | Decision | Derivation<C>;
