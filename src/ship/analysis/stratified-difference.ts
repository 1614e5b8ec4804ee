import chiSquareCdf from '@stdlib/stats-base-dists-chisquare-cdf';
import type { Proportion } from './two-proportions.ts';

/** Both sides in one interval. */
export interface Stratum {
  readonly canary: Proportion;
  readonly baseline: Proportion;
}

/** One side of all intervals. */
export function summed(strata: readonly Stratum[], side: 'canary' | 'baseline'): Proportion {
  let [counted, of] = [0, 0];
  for (const stratum of strata) {
    counted += stratum[side].count;
    of += stratum[side].of;
  }
  return { count: counted, of };
}

export interface Difference {
  /** Canary less baseline. */
  readonly value: number;
  /** What each interval adds to it, less what it would add if all differed alike: they add to 0. */
  readonly influences: readonly number[];
  /** Of each interval in the difference; they add to 1. */
  readonly weights: readonly number[];
}

/**
 * The difference of two shares, taken within each interval and then averaged (Mantel and Haenszel's weights): what slows both sides
 * at the same time cancels out, whatever part of the traffic each had then. Intervals in which a side had no requests weigh nothing.
 */
export function stratifiedDifference(strata: readonly Stratum[]): Difference {
  const raw = strata.map(({ canary, baseline }) =>
    canary.of === 0 || baseline.of === 0 ? 0 : (canary.of * baseline.of) / (canary.of + baseline.of),
  );
  const sum = raw.reduce((total, weight) => total + weight, 0);
  const weights = raw.map((weight) => (sum === 0 ? 0 : weight / sum));
  const differences = strata.map(({ canary, baseline }, at) =>
    weights[at] === 0 ? 0 : canary.count / canary.of - baseline.count / baseline.of,
  );
  const value = differences.reduce((total, each, at) => total + each * weights[at]!, 0);
  return { value, influences: differences.map((each, at) => weights[at]! * (each - value)), weights };
}

/** How many intervals of equal weight would say as much (Kish's effective sample size). */
export function effectiveIntervals(weights: readonly number[]): number {
  const squares = weights.reduce((total, weight) => total + weight ** 2, 0);
  return squares === 0 ? 0 : weights.reduce((total, weight) => total + weight, 0) ** 2 / squares;
}

/**
 * How probable it is that intervals differ from each other as much as these where requests fail independently: the chi-square test of
 * homogeneity on the differences. Small: they come in bursts.
 */
export function probabilityOfScatter(strata: readonly Stratum[], difference: Difference): number {
  const [vc, vb] = [spread(summed(strata, 'canary')), spread(summed(strata, 'baseline'))];
  let [statistic, intervals] = [0, 0];
  for (const [at, { canary, baseline }] of strata.entries()) {
    const weight = difference.weights[at]!;
    const variance = vc / canary.of + vb / baseline.of;
    if (weight === 0 || variance === 0) continue;
    statistic += (difference.influences[at]! / weight) ** 2 / variance;
    intervals++;
  }
  return intervals < 2 ? 1 : 1 - chiSquareCdf(statistic, intervals - 1);
}

/** The variance of one request. */
function spread({ count, of }: Proportion): number {
  return (count / of) * (1 - count / of);
}
