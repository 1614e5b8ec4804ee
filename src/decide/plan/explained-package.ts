import type { PackageExplanation } from '../resolution/explain-package.ts';
import type { Move } from './move-package.ts';

/** A package in one service: why it is there on each target, and what it takes to move it. */
export interface ExplainedPackage {
  readonly service: string;
  readonly explanations: readonly PackageExplanation[];
  readonly move: Move;
  /** False: the lines conflict, and what is said here is an estimate. */
  readonly whole: boolean;
}
