import type { AnalysisSettings, Look } from '../../domain/analysis.ts';
import { judge, judgeGrossErrors } from './judge.ts';
import type { Judged, Seen } from './judge.ts';
import { kayentaScore } from './kayenta.ts';

export type { Seen };

/**
 * Whether the canary is worse than its baseline. Whatever it is given, it never throws: what cannot be read or is too little is a
 * `hold` that says why. The probability that one of all looks fails a canary like its baseline is at most `settings.totalError`.
 */
export function analyse(seen: Seen, settings: AnalysisSettings): Look {
  return withKayenta(judge(seen, settings));
}

/**
 * The `fail` that no look has to be waited for: the canary answers far more requests with errors. Null: not shown. May be asked at any time
 * before a look; what it errs is a part of the same total.
 */
export function grossFailure(seen: Seen, settings: AnalysisSettings): Look | null {
  const judged = judgeGrossErrors(seen, settings);
  return judged === null ? null : withKayenta(judged);
}

/** Kayenta's rule is told beside what was decided without it. */
function withKayenta({ pairs, ...judged }: Judged): Look {
  return { ...judged, kayenta: kayentaScore(pairs) };
}
