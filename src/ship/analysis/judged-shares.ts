import type { MetricJudgement } from '../../domain/analysis.ts';
import { count, percent } from './figures.ts';
import { summed } from './stratified-difference.ts';
import type { Stratum } from './stratified-difference.ts';

/** A metric that is a share of requests on each side, as it is told. */
export interface JudgedShares {
  readonly metric: MetricJudgement['metric'];
  readonly strata: readonly Stratum[];
  readonly isWorse: boolean;
  /** By how much the canary's share may be greater. */
  readonly tolerance: number;
  /** Of this test. */
  readonly error: number;
  /** What happened to the requests: "failed"; and what the baseline's share is beside it: "with the baseline". */
  readonly words: { readonly canary: string; readonly baseline: string };
}

export function judgedShares(judged: JudgedShares): MetricJudgement {
  const { metric, strata, isWorse, tolerance, error, words } = judged;
  const [canary, baseline] = [summed(strata, 'canary'), summed(strata, 'baseline')];
  const [shareC, shareB] = [canary.count / canary.of, baseline.count / baseline.of];
  const sides = `${percent(shareC)} of ${count(canary.of)} requests ${words.canary}, ${percent(shareB)} of ${count(baseline.of)} ${words.baseline}`;
  const tolerated = `${percent(tolerance)} of all requests`;
  return {
    metric,
    critical: true,
    verdict: isWorse ? 'fail' : 'pass',
    canary: shareC,
    baseline: shareB,
    seen: isWorse
      ? `${sides}: more by over ${tolerated}, at an error of ${percent(error)}.`
      : `${sides}: not shown to be more by over ${tolerated}.`,
  };
}
