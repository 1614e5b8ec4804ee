import type { Check } from './check.ts';

/** The record of one check: what was claimed, how it was checked, and what was seen. */
export interface Evidence {
  /** Stable id within a run, referred to by findings, changes and sentences of the report. */
  readonly id: string;
  readonly claim: string;
  readonly verdict: 'proven' | 'refuted' | 'unknown';
  /** Named by what it rests on: "index page of torch", "advisory records of 2026-11-22", "solver". */
  readonly how: string;
  /** What was seen, in a sentence or two. */
  readonly seen: string;
  /** True where it rests on an approximation (`--as-of`). */
  readonly approximate: boolean;
  /** Where something was run to learn it. */
  readonly check?: Check;
}
