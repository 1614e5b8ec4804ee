/**
 * How far the first sample's ranks are above what they would be if both were alike once `shift` is taken from the first, in standard
 * deviations: the Mann-Whitney U statistic with ties and continuity corrected, as R's `wilcox.test(exact = FALSE)`. 0 where all are tied.
 */
export function rankStatistic(first: readonly number[], second: readonly number[], shift = 0): number {
  const [n, m] = [first.length, second.length];
  const all = [
    ...first.map((value) => ({ value: value - shift, isFirst: true })),
    ...second.map((value) => ({ value, isFirst: false })),
  ].sort((a, b) => a.value - b.value);
  let [rankSum, ties] = [0, 0];
  for (let from = 0, to = 0; from < all.length; from = to) {
    while (to < all.length && all[to]!.value === all[from]!.value) to++;
    const tied = to - from;
    ties += tied ** 3 - tied;
    for (let at = from; at < to; at++) if (all[at]!.isFirst) rankSum += (from + 1 + to) / 2;
  }
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  const away = rankSum - (n * (n + 1)) / 2 - (n * m) / 2;
  return variance > 0 ? (away - 0.5 * Math.sign(away)) / Math.sqrt(variance) : 0;
}

/** The shift between two samples: the median of all differences (Hodges and Lehmann 1963). */
export function typicalShift(first: readonly number[], second: readonly number[]): number {
  const differences = Float64Array.from(first.flatMap((a) => second.map((b) => a - b))).sort();
  const middle = differences.length / 2;
  return (differences[Math.ceil(middle) - 1]! + differences[Math.floor(middle)]!) / 2;
}
