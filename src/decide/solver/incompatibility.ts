import type { VersionSet } from '../../domain/version-set.ts';

/** A dense number that the universe hands out for each package it knows. */
export type PackageId = number;

/**
 * A package's possible states as one set: position v for version v, and one more position at the end for "not
 * selected". So a PubGrub term `foo ^1.0` is the set of those versions, and `not foo ^1.0` its complement, which holds
 * "not selected" too; negation, intersection and satisfaction are plain set algebra.
 */
export interface Term {
  readonly package: PackageId;
  /** Over the package's version count plus one. */
  readonly states: VersionSet;
}

/**
 * States that may not all hold together. External ones come from the universe and carry its own `cause` (a
 * dependency, a missing distribution, a rule); derived ones were learned from two others.
 */
export type Incompatibility<C> =
  | { readonly kind: 'external'; readonly terms: readonly Term[]; readonly cause: C }
  | {
      readonly kind: 'derived';
      readonly terms: readonly Term[];
      readonly conflict: Incompatibility<C>;
      readonly other: Incompatibility<C>;
    };

export type External<C> = Extract<Incompatibility<C>, { kind: 'external' }>;
