import type { Incompatibility, PackageId, Term } from './incompatibility.ts';

/** Every selected package at one version. */
export interface Solved {
  readonly kind: 'solved';
  readonly versions: ReadonlyMap<PackageId, number>;
  /** How often a version was chosen: a measure of the work, equal on every machine. */
  readonly decisions: number;
}

/**
 * No solution under these assumptions. `core` is the part of them that already forbids one (empty: nothing ever
 * will), `derivation` the incompatibility that says so: its terms are about exactly the core's packages, and each
 * holds where the assumption does. A term wider than its assumption tells that relaxing it that far helps nothing.
 */
export interface Unsolvable<C> {
  readonly kind: 'unsolvable';
  readonly core: readonly Term[];
  readonly derivation: Incompatibility<C>;
}

/** The bound on time or on decisions was reached first. */
export interface Unfinished {
  readonly kind: 'unfinished';
}

export type Outcome<C> = Solved | Unsolvable<C> | Unfinished;
