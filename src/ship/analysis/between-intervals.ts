import studentCdf from '@stdlib/stats-base-dists-t-cdf';

/** What a mean over intervals is made of: see `Difference`. */
export interface IntervalMean {
  readonly value: number;
  readonly influences: readonly number[];
  readonly weights: readonly number[];
}

/**
 * How probable a mean of at least this size is where the true one is just the margin, with the variance taken from how intervals differ, not from how many
 * requests there were: requests that are neighbours in time are slow together, and so are intervals. The variance is that of the
 * slowest few swings (cosines) in the series, which neighbours that correlate do not make too small, and the test is Student's with
 * as many degrees of freedom: the equal-weighted cosine estimator of Lazarus, Lewis, Stock and Watson 2018 ("HAR inference:
 * recommendations for practice"), with their number of cosines, but 4 at the least. Time is counted in weight, so that an interval with
 * ten times the traffic is ten times as long.
 */
export function probabilityOfMean(mean: IntervalMean, margin: number): number {
  const excess = mean.value - margin;
  const intervals = mean.weights.filter((weight) => weight > 0).length;
  const cosines = Math.min(intervals - 1, Math.max(4, Math.floor(0.4 * intervals ** (2 / 3))));
  if (cosines < 1) return 1;
  const variance = slowVariance(mean, cosines);
  if (variance === 0) return excess > 0 ? 0 : 1;
  return studentCdf(-excess / Math.sqrt(variance), cosines);
}

function slowVariance({ influences, weights }: IntervalMean, cosines: number): number {
  const sums = new Float64Array(cosines);
  let before = 0;
  for (const [at, influence] of influences.entries()) {
    const middle = Math.PI * (before + weights[at]! / 2);
    before += weights[at]!;
    for (let wave = 0; wave < cosines; wave++) sums[wave]! += influence * Math.cos((wave + 1) * middle);
  }
  return sums.reduce((total, sum) => total + 2 * sum ** 2, 0) / cosines;
}
