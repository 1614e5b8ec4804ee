import type { AnalysisSettings, MetricJudgement } from '../../domain/analysis.ts';
import { count, percent } from './figures.ts';
import type { Pair } from './paired-intervals.ts';

/** By how much the canary's share of errors has to be greater, if the tolerance is not more. */
const GROSS = 0.1;
/** So many intervals have to speak against the canary: requests of one may fail together. */
const LEAST_INTERVALS = 3;
/** Parts of the largest bet that cannot lose everything. A mixture of them does well whatever the canary's share of errors is. */
const BETS = [0.15, 0.5, 0.95] as const;

/**
 * Whether the canary fails so often that no look has to be waited for; null: not shown. May be asked after every interval and as often as
 * one likes: the probability that it is ever said of a canary whose share of errors is greater by less than the margin is at most `error`.
 *
 * It is a test by betting (Shafer 2021, "Testing by betting"; Waudby-Smith and Ramdas 2024, "Estimating means of bounded random
 * variables by betting"). One coin is put on the canary's errors and against the baseline's, interval by interval. With b any guess of the
 * baseline's share made before the interval, c = b + margin, and `forth` and `back` chosen so that both sides stake the same in all, the coin
 * is multiplied by 1 + forth (failed - c) for each request to the canary and by 1 - back (failed - b) for each to the baseline. By
 * 1 + x <= exp(x) that is no more than exp(stake (p - q - margin)) on average, so at most 1, where the true shares are p and q and
 * requests fail independently of each other. What never grows on average reaches 1 / error with a probability of at most `error` (Ville 1939).
 */
export function grossErrors(
  pairs: readonly Pair[],
  { errorTolerance }: AnalysisSettings,
  error: number,
): MetricJudgement | null {
  const margin = Math.max(GROSS, errorTolerance);
  const bets = BETS.map(() => 0);
  const most = Math.log(BETS.length / error) / LEAST_INTERVALS;
  let [failedC, ofC, failedB, ofB] = [0, 0, 0, 0];
  for (const { canary, baseline } of pairs) {
    const guess = (failedB + 1) / (ofB + 10);
    // A bet on a side that had no requests would have nothing to be set against.
    if (canary.requests > 0 && baseline.requests > 0 && guess + margin < 1)
      for (const [at, part] of BETS.entries())
        bets[at]! += Math.min(most, gain({ canary, baseline }, guess, margin, part));
    failedC += canary.errors;
    ofC += canary.requests;
    failedB += baseline.errors;
    ofB += baseline.requests;
    if (coin(bets) >= 1 / error) break;
  }
  if (coin(bets) < 1 / error) return null;
  return {
    metric: 'errors',
    critical: true,
    verdict: 'fail',
    canary: failedC / ofC,
    baseline: failedB / ofB,
    seen: `${percent(failedC / ofC)} of ${count(ofC)} requests failed, ${percent(failedB / ofB)} of ${count(ofB)} with the baseline: more by over ${percent(margin)} of all requests, which no look has to be waited for, at an error of ${percent(error)}.`,
  };
}

/** The logarithm of what one interval multiplies the coin by. */
function gain({ canary, baseline }: Pair, guess: number, margin: number, part: number): number {
  const center = guess + margin;
  const ratio = canary.requests / baseline.requests;
  const forth = part * Math.min(1 / center, 1 / (ratio * (1 - guess)));
  const back = forth * ratio;
  return (
    canary.errors * Math.log1p(forth * (1 - center)) +
    (canary.requests - canary.errors) * Math.log1p(-forth * center) +
    baseline.errors * Math.log1p(-back * (1 - guess)) +
    (baseline.requests - baseline.errors) * Math.log1p(back * guess)
  );
}

function coin(bets: readonly number[]): number {
  return bets.reduce((total, bet) => total + Math.exp(bet), 0) / bets.length;
}
