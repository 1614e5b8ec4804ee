import type { AnalysisSettings, MetricJudgement } from '../../domain/analysis.ts';
import { probabilityOfMean } from './between-intervals.ts';
import { judgedShares } from './judged-shares.ts';
import type { Pair } from './paired-intervals.ts';
import { probabilityOfScatter, stratifiedDifference, summed } from './stratified-difference.ts';
import type { Stratum } from './stratified-difference.ts';
import { probabilityOfExcess } from './two-proportions.ts';
import type { Proportion } from './two-proportions.ts';

/** Below it the errors are taken to come in bursts, and each interval for one observation. */
const SCATTER = 0.01;

/** Whether more of the canary's requests fail than of the baseline's, by more than the tolerance. */
export function judgeErrors(
  pairs: readonly Pair[],
  settings: AnalysisSettings,
  error: number,
): MetricJudgement {
  const strata = pairs.map((pair): Stratum => ({
    canary: failed(pair.canary),
    baseline: failed(pair.baseline),
  }));
  return judgedShares({
    ...{ metric: 'errors', strata, tolerance: settings.errorTolerance, error },
    isWorse: probabilityOfMoreErrors(strata, settings.errorTolerance) < error,
    words: { canary: 'failed', baseline: 'with the baseline' },
  });
}

/**
 * The two-proportion test on all requests. Where both sides' share of the traffic changes while errors come and go, sums mislead: the difference
 * within the intervals has to be above the tolerance too, and where errors come in bursts it has to pass the test between intervals.
 */
export function probabilityOfMoreErrors(strata: readonly Stratum[], tolerance: number): number {
  const difference = stratifiedDifference(strata);
  if (difference.value <= tolerance) return 1;
  const independent = probabilityOfExcess(summed(strata, 'canary'), summed(strata, 'baseline'), tolerance);
  if (probabilityOfScatter(strata, difference) >= SCATTER) return independent;
  return Math.max(independent, probabilityOfMean(difference, tolerance));
}

function failed({ errors, requests }: Pair['canary']): Proportion {
  return { count: errors, of: requests };
}
