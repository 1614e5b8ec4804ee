import normalCdf from '@stdlib/stats-base-dists-normal-cdf';

/** How many of how many; neither has to be whole. */
export interface Proportion {
  readonly count: number;
  readonly of: number;
}

/**
 * How probable a difference of at least this size is where the first proportion is greater than the second by just the margin: the score
 * test of Farrington and Manning 1990 ("Test statistics and sample size formulae for comparative binomial trials"), one-sided. For a
 * margin of 0 it is the two-proportion test with the pooled variance.
 */
export function probabilityOfExcess(first: Proportion, second: Proportion, margin: number): number {
  const excess = first.count / first.of - second.count / second.of - margin;
  const restricted = restrictedEstimate(first, second, margin);
  const other = Math.max(0, restricted - margin);
  const variance =
    Math.max(0, restricted * (1 - restricted)) / first.of + Math.max(0, other * (1 - other)) / second.of;
  if (variance === 0) return excess > 0 ? 0 : 1;
  return normalCdf(-excess / Math.sqrt(variance), 0, 1);
}

/** The first proportion that is most likely where the second is smaller by the margin: the root of a cubic, in the paper's notation. */
function restrictedEstimate(first: Proportion, second: Proportion, margin: number): number {
  if (margin === 0) return (first.count + second.count) / (first.of + second.of);
  const [p1, p2, theta] = [first.count / first.of, second.count / second.of, second.of / first.of];
  const a = 1 + theta;
  const b = -(1 + theta + p1 + theta * p2 + margin * (theta + 2));
  const c = margin ** 2 + margin * (2 * p1 + theta + 1) + p1 + theta * p2;
  const d = -p1 * margin * (1 + margin);
  const v = (b / (3 * a)) ** 3 - (b * c) / (6 * a ** 2) + d / (2 * a);
  const u = (v < 0 ? -1 : 1) * Math.sqrt(Math.max(0, (b / (3 * a)) ** 2 - c / (3 * a)));
  if (u === 0) return Math.max(margin, -b / (3 * a));
  const w = (Math.PI + Math.acos(Math.min(1, Math.max(-1, v / u ** 3)))) / 3;
  return Math.min(1, Math.max(margin, 2 * u * Math.cos(w) - b / (3 * a)));
}
