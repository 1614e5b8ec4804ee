/** Values in rising order. */
export type Ranked = Float64Array;

export function ranked(values: readonly number[]): Ranked {
  return new Float64Array(values).sort();
}

/**
 * How far the first sample's ranks are above what they would be if both were alike once `shift` is taken from the first, in standard
 * deviations: the Mann-Whitney U statistic with ties and continuity corrected, as R's `wilcox.test(exact = FALSE)`. 0 where all are tied.
 */
export function rankStatistic(first: Ranked, second: Ranked, shift = 0): number {
  const [n, m] = [first.length, second.length];
  let [rankSum, ties, a, b] = [0, 0, 0, 0];
  while (a < n || b < m) {
    const value = Math.min(a < n ? first[a]! - shift : Infinity, b < m ? second[b]! : Infinity);
    const [fromA, fromB] = [a, b];
    while (a < n && first[a]! - shift === value) a++;
    while (b < m && second[b] === value) b++;
    const tied = a - fromA + b - fromB;
    ties += tied ** 3 - tied;
    rankSum += ((a - fromA) * (fromA + fromB + 1 + a + b)) / 2;
  }
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  const away = rankSum - (n * (n + 1)) / 2 - (n * m) / 2;
  return variance > 0 ? (away - 0.5 * Math.sign(away)) / Math.sqrt(variance) : 0;
}

/** The shift between two samples: the median of all differences (Hodges and Lehmann 1963). */
export function typicalShift(first: Ranked, second: Ranked): number {
  const differences = new Float64Array(first.length * second.length);
  let at = 0;
  for (const one of first) for (const other of second) differences[at++] = one - other;
  const [low, high] = [Math.ceil(at / 2) - 1, Math.floor(at / 2)];
  const lower = select(differences, low);
  if (high === low) return lower;
  let upper = Infinity;
  for (let above = high; above < at; above++) upper = Math.min(upper, differences[above]!);
  return (lower + upper) / 2;
}

/** The value that would be at this index if all were sorted; afterwards nothing before it is larger, and nothing behind it smaller (Hoare 1961). */
function select(values: Float64Array, index: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[index]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (pivot < values[j]!) j--;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (j < index) low = i;
    if (index < i) high = j;
  }
  return values[index]!;
}
