import type {
  AnalysisSettings,
  Look,
  LookVerdict,
  MetricJudgement,
  RevisionInterval,
} from '../../domain/analysis.ts';
import { problemOfAsking } from './asking-problem.ts';
import { judgeCpu } from './cpu.ts';
import { enough } from './enough.ts';
import type { Sample } from './enough.ts';
import { errorOfGrossErrors, errorOfOneTest } from './error-spending.ts';
import { judgeErrors } from './errors.ts';
import { grossErrors } from './gross-errors.ts';
import { kayentaScore } from './kayenta.ts';
import { judgeMemory } from './memory.ts';
import { pairedIntervals } from './paired-intervals.ts';
import type { Paired, Pairing } from './paired-intervals.ts';
import { judgeSlowRequests } from './slow-requests.ts';

/** All that was seen since the canary got traffic, at one look of several. */
export interface Seen {
  /**
   * From 1. A look that gives `hold` has tested nothing but gross errors and is asked again with the same number and more data, after
   * every interval if one likes; one that gives `pass` or `fail` is spent, and is not asked again: the next has the next number.
   */
  readonly look: number;
  /** How many there will be at the most: one for each step of the traffic that is followed by another. */
  readonly looks: number;
  readonly canary: readonly RevisionInterval[];
  readonly baseline: readonly RevisionInterval[];
}

/**
 * Whether the canary is worse than its baseline. Whatever it is given, it never throws: what cannot be read or is too little is a
 * `hold` that says why. The probability that one of all looks fails a canary like its baseline is at most `settings.totalError`.
 */
export function analyse(seen: Seen, settings: AnalysisSettings): Look {
  const pairing = readable(seen, settings);
  if (pairing.kind === 'unusable') return held(seen, pairing.why, null);
  const gross = failedGrossly(seen, settings, pairing);
  if (gross !== null) return gross;
  const sample = enough(pairing, seen.look, settings);
  if (sample.kind === 'too-little') return held(seen, sample.why, pairing);
  return decided(seen, settings, pairing, sample);
}

/**
 * The `fail` that no look has to be waited for: the canary answers far more requests with errors. Null: not shown. May be asked at any time
 * before a look; what it errs is a part of the same total.
 */
export function grossFailure(seen: Seen, settings: AnalysisSettings): Look | null {
  const pairing = readable(seen, settings);
  return pairing.kind === 'unusable' ? null : failedGrossly(seen, settings, pairing);
}

function readable(seen: Seen, settings: AnalysisSettings): Pairing {
  const why = problemOfAsking(seen, settings);
  return why === null ? pairedIntervals(seen.canary, seen.baseline) : { kind: 'unusable', why };
}

function failedGrossly(seen: Seen, settings: AnalysisSettings, paired: Paired): Look | null {
  const errors = grossErrors(paired.pairs, settings, errorOfGrossErrors(settings.totalError));
  if (errors === null) return null;
  const look = held(seen, errors.seen, paired);
  return {
    ...look,
    verdict: 'fail',
    metrics: look.metrics.map((each) => (each.metric === 'errors' ? errors : each)),
  };
}

function decided(
  seen: Seen,
  settings: AnalysisSettings,
  { pairs }: Paired,
  { slow, memory }: Extract<Sample, { readonly kind: 'enough' }>,
): Look {
  const error = errorOfOneTest(settings.totalError, seen.looks);
  const metrics: readonly MetricJudgement[] = [
    judgeErrors(pairs, settings, error),
    judgeSlowRequests(slow, settings, error),
    memory === null ? NO_MEMORY : judgeMemory(memory, settings, error),
    judgeCpu(pairs),
  ];
  const failed = metrics.filter(({ critical, verdict }) => critical && verdict === 'fail');
  const verdict: LookVerdict = failed.length > 0 ? 'fail' : 'pass';
  const why =
    failed.length > 0
      ? failed.map(({ seen: what }) => what).join(' ')
      : `${memory === null ? 'Errors and latencies are' : 'Errors, latencies and memory are'} not shown to be worse than the baseline's.`;
  return { look: seen.look, looks: seen.looks, verdict, metrics, kayenta: kayentaScore(pairs), why };
}

const NO_MEMORY: MetricJudgement = {
  metric: 'memory',
  critical: false,
  verdict: 'hold',
  canary: null,
  baseline: null,
  seen: 'Memory was not measured.',
};

/** Nothing of the look's error is spent. */
function held({ look, looks }: Seen, why: string, paired: Paired | null): Look {
  const waiting = (metric: MetricJudgement['metric']): MetricJudgement => ({
    metric,
    critical: metric !== 'cpu',
    verdict: 'hold',
    canary: null,
    baseline: null,
    seen: 'Not compared yet.',
  });
  return {
    look,
    looks,
    verdict: 'hold',
    metrics: (['errors', 'slow-requests', 'memory', 'cpu'] as const).map(waiting),
    kayenta: kayentaScore(paired?.pairs ?? []),
    why,
  };
}
