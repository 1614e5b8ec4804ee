import type { VersionSet } from '../../domain/version-set.ts';
import type { External, PackageId } from './incompatibility.ts';

/**
 * The two questions that the solver asks, and what it is told about preference. Answers are values, or promises where
 * they are still being fetched; a promise is awaited, a value costs nothing. Answers never change.
 */
export interface Universe<C> {
  /** How many versions the package has; positions are 0 to count - 1. */
  versionsOf(id: PackageId): number | Promise<number>;
  /**
   * All external incompatibilities that begin to count when the package is at this version: its dependencies, or why it
   * cannot be had. Each may speak of more versions than the one asked for. They must be true whatever else holds.
   */
  dependenciesOf(id: PackageId, version: number): readonly External<C>[] | Promise<readonly External<C>[]>;
  /** Which of the versions still possible (never empty, over the version count) to try first: one of them. */
  prefer(id: PackageId, possible: VersionSet): number;
}
