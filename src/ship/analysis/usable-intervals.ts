import type { RevisionInterval } from '../../domain/analysis.ts';
import { pairedIntervals } from './paired-intervals.ts';
import { slowRequests } from './slow-requests.ts';
import type { SlowRequests } from './slow-requests.ts';
import { effectiveIntervals, stratifiedDifference } from './stratified-difference.ts';

/** As how many intervals of equal weight a look takes what both sides did; `MINIMUM_INTERVALS` are needed. */
export function usableIntervals(
  canary: readonly RevisionInterval[],
  baseline: readonly RevisionInterval[],
): number {
  const pairing = pairedIntervals(canary, baseline);
  if (pairing.kind === 'unusable') return 0;
  return intervalsOf(slowRequests(pairing.pairs));
}

/** The same of what was made of them already. */
export function intervalsOf({ strata }: SlowRequests): number {
  return effectiveIntervals(stratifiedDifference(strata).weights);
}
