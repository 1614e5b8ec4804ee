import type { AnalysisSettings, MetricJudgement, RevisionInterval } from '../../domain/analysis.ts';
import { probabilityOfMean } from './between-intervals.ts';
import { judgedShares } from './judged-shares.ts';
import type { Pair } from './paired-intervals.ts';
import { countAbove, placeOf } from './percentile.ts';
import { stratifiedDifference, summed } from './stratified-difference.ts';
import type { Stratum } from './stratified-difference.ts';
import { probabilityOfExcess } from './two-proportions.ts';

/** Of a side's requests above its own 95th percentile. */
const SHARE = 0.05;
/** A percentile is told of so many requests; intervals with fewer are put together with their neighbours. */
export const LEAST_REQUESTS = 50;

/** What one side did in one or several intervals that follow each other. */
interface Latencies {
  readonly counts: readonly number[];
  readonly unanswered: number;
  /** Requests whose latency is known, or known to be without end. */
  readonly timed: number;
}

export interface SlowRequests {
  /** Of each stretch of time: the canary's requests above the baseline's percentile there, and the baseline's above the canary's. */
  readonly strata: readonly Stratum[];
  /** The share of requests whose baseline's percentile lies beyond the histogram's last bound. */
  readonly beyond: number;
}

/**
 * Slow is what is above the other side's 95th percentile of the same time, for what slows both sides at once says nothing of the
 * canary. A percentile of few requests is far from sure, and an instance that stands still for a moment is above any; so the same is
 * asked the other way round. Two sides that are alike have the same expectation, whatever their latencies and however they depend on
 * each other: no variance and no bias has to be known for that.
 */
export function slowRequests(pairs: readonly Pair[]): SlowRequests {
  let [beyond, all] = [0, 0];
  const strata = stretched(pairs).flatMap(([canary, baseline]): readonly Stratum[] => {
    const [placeC, placeB] = [
      placeOf(canary.counts, canary.unanswered, SHARE),
      placeOf(baseline.counts, baseline.unanswered, SHARE),
    ];
    if (placeC === null || placeB === null) return [];
    all += baseline.timed;
    if (placeB.bucket >= baseline.counts.length - 1) beyond += baseline.timed;
    return [
      {
        canary: { count: countAbove(placeB, canary.counts) + canary.unanswered, of: canary.timed },
        baseline: { count: countAbove(placeC, baseline.counts) + baseline.unanswered, of: baseline.timed },
      },
    ];
  });
  return { strata, beyond: all === 0 ? 0 : beyond / all };
}

/** Intervals, put together until both sides have enough requests; what is left at the end is left out. */
function stretched(pairs: readonly Pair[]): readonly (readonly [Latencies, Latencies])[] {
  const done: (readonly [Latencies, Latencies])[] = [];
  let open: readonly [Latencies, Latencies] | null = null;
  for (const { canary, baseline } of pairs) {
    open = [added(open?.[0], canary), added(open?.[1], baseline)];
    if (open[0].timed < LEAST_REQUESTS || open[1].timed < LEAST_REQUESTS) continue;
    done.push(open);
    open = null;
  }
  return done;
}

function added(before: Latencies | undefined, interval: RevisionInterval): Latencies {
  const { counts } = interval.latency;
  const answers = answered(interval);
  const silent = unanswered(interval, answers);
  if (before === undefined) return { counts, unanswered: silent, timed: answers + silent };
  return {
    counts: before.counts.map((each, bucket) => each + counts[bucket]!),
    unanswered: before.unanswered + silent,
    timed: before.timed + answers + silent,
  };
}

function answered({ latency }: RevisionInterval): number {
  let sum = 0;
  for (const each of latency.counts) sum += each;
  return sum;
}

/** An error that got no answer has no latency: it is slower than everything. */
function unanswered({ errors, requests }: RevisionInterval, answers: number): number {
  return Math.min(errors, Math.max(0, requests - answers));
}

/** Whether more of the canary's requests are slow than of the baseline's, by more than the tolerance. */
export function judgeSlowRequests(
  { strata }: SlowRequests,
  { slowTolerance }: AnalysisSettings,
  error: number,
): MetricJudgement {
  return judgedShares({
    ...{ metric: 'slow-requests', strata, tolerance: slowTolerance, error },
    isWorse: probabilityOfMoreSlow(strata, slowTolerance) < error,
    words: {
      canary: "were slower than the baseline's 95th percentile of the same time",
      baseline: 'the other way round',
    },
  });
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
