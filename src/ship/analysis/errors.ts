import type { AnalysisSettings, MetricJudgement } from '../../domain/analysis.ts';
import { probabilityOfMean } from './between-intervals.ts';
import { count, percent } from './figures.ts';
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
  const [canary, baseline] = [summed(strata, 'canary'), summed(strata, 'baseline')];
  const isWorse = probabilityOfMoreErrors(strata, settings.errorTolerance) < error;
  const [shareC, shareB] = [canary.count / canary.of, baseline.count / baseline.of];
  const sides = `${percent(shareC)} of ${count(canary.of)} requests failed, ${percent(shareB)} of ${count(baseline.of)} with the baseline`;
  const tolerated = `${percent(settings.errorTolerance)} of all requests`;
  return {
    metric: 'errors',
    critical: true,
    verdict: isWorse ? 'fail' : 'pass',
    canary: shareC,
    baseline: shareB,
    seen: isWorse
      ? `${sides}: more by over ${tolerated}, at an error of ${percent(error)}.`
      : `${sides}: not shown to be more by over ${tolerated}.`,
  };
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
