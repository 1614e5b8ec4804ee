import type { AnalysisSettings, MetricJudgement, RevisionInterval } from '../../domain/analysis.ts';
import { probabilityOfMean } from './between-intervals.ts';
import { count, milliseconds, percent } from './figures.ts';
import type { Pair } from './paired-intervals.ts';
import { countAbove, percentileOf } from './percentile.ts';
import type { Place } from './percentile.ts';
import { stratifiedDifference, summed } from './stratified-difference.ts';
import type { Stratum } from './stratified-difference.ts';
import { probabilityOfExcess } from './two-proportions.ts';

const SHARE = 0.95;

/** What is slow: all above the baseline's 95th percentile. */
export interface SlowRequests {
  readonly place: Place;
  readonly strata: readonly Stratum[];
}

/** Null: the percentile cannot be told, for it lies beyond the histogram's last bound. */
export function slowRequests(pairs: readonly Pair[], boundsMs: readonly number[]): SlowRequests | null {
  const counts = new Float64Array(boundsMs.length + 1);
  let silent = 0;
  for (const { baseline } of pairs) {
    silent += unanswered(baseline);
    for (let bucket = 0; bucket < counts.length; bucket++)
      counts[bucket]! += baseline.latency.counts[bucket]!;
  }
  const place = percentileOf(boundsMs, counts, silent, SHARE);
  if (place === null) return null;
  const slow = (interval: RevisionInterval) => ({
    count: countAbove(place, interval.latency.counts) + unanswered(interval),
    of: timed(interval),
  });
  return {
    place,
    strata: pairs.map(({ canary, baseline }) => ({ canary: slow(canary), baseline: slow(baseline) })),
  };
}

/** Requests whose latency is known, or known to be without end. */
export function timed(interval: RevisionInterval): number {
  return answered(interval) + unanswered(interval);
}

function answered({ latency }: RevisionInterval): number {
  let sum = 0;
  for (const each of latency.counts) sum += each;
  return sum;
}

/** An error that got no answer has no latency: it is slower than everything. */
function unanswered(interval: RevisionInterval): number {
  return Math.min(interval.errors, Math.max(0, interval.requests - answered(interval)));
}

/**
 * Whether more of the canary's requests are slow than of the baseline's, by more than the tolerance. The baseline's own share is 5 per
 * cent by the choice of the percentile, but not in each interval: it is compared as a share that was measured, with its variance, so that a
 * percentile that was estimated too low is not held against the canary.
 */
export function judgeSlowRequests(
  { place, strata }: SlowRequests,
  settings: AnalysisSettings,
  error: number,
): MetricJudgement {
  const { slowTolerance } = settings;
  const isWorse = probabilityOfMoreSlow(strata, slowTolerance) < error;
  const [canary, baseline] = [summed(strata, 'canary'), summed(strata, 'baseline')];
  const [shareC, shareB] = [canary.count / canary.of, baseline.count / baseline.of];
  const sides = `${percent(shareC)} of ${count(canary.of)} requests took longer than ${milliseconds(place.ms)}, ${percent(shareB)} of ${count(baseline.of)} with the baseline`;
  const tolerated = `${percent(slowTolerance)} of all requests`;
  return {
    metric: 'slow-requests',
    critical: true,
    verdict: isWorse ? 'fail' : 'pass',
    canary: shareC,
    baseline: shareB,
    seen: isWorse
      ? `${sides}: more by over ${tolerated}, at an error of ${percent(error)}.`
      : `${sides}: not shown to be more by over ${tolerated}.`,
  };
}

/** Both what intervals say and what requests say: with few intervals the first can be sure of itself by chance. */
export function probabilityOfMoreSlow(strata: readonly Stratum[], tolerance: number): number {
  const difference = stratifiedDifference(strata);
  if (difference.value <= tolerance) return 1;
  return Math.max(
    probabilityOfExcess(summed(strata, 'canary'), summed(strata, 'baseline'), tolerance),
    probabilityOfMean(difference, tolerance),
  );
}
