import type { AnalysisSettings, Look, RevisionInterval } from '../../domain/analysis.ts';

/** All that was seen since the canary got traffic, at one look of several. */
export interface Seen {
  /** From 1. */
  readonly look: number;
  /** How many there will be at the most. */
  readonly looks: number;
  readonly canary: readonly RevisionInterval[];
  readonly baseline: readonly RevisionInterval[];
}

export declare function analyse(seen: Seen, settings: AnalysisSettings): Look;
