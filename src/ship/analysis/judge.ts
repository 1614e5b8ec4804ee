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
import { judgeMemory } from './memory.ts';
import { pairedIntervals } from './paired-intervals.ts';
import type { Pair, Paired, Pairing } from './paired-intervals.ts';
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

/** All of a look that decides, and what it was decided from. */
export interface Judged extends Omit<Look, 'kayenta'> {
  readonly pairs: readonly Pair[];
}

/** See `analyse`. */
export function judge(seen: Seen, settings: AnalysisSettings): Judged {
  const pairing = readable(seen, settings);
  if (pairing.kind === 'unusable') return held(seen, pairing.why, []);
  const gross = failedGrossly(seen, settings, pairing);
  if (gross !== null) return gross;
  const sample = enough(pairing, seen.look, settings);
  if (sample.kind === 'too-little') return held(seen, sample.why, pairing.pairs);
  return decided(seen, settings, pairing, sample);
}

/** See `grossFailure`. */
export function judgeGrossErrors(seen: Seen, settings: AnalysisSettings): Judged | null {
  const pairing = readable(seen, settings);
  return pairing.kind === 'unusable' ? null : failedGrossly(seen, settings, pairing);
}

function readable(seen: Seen, settings: AnalysisSettings): Pairing {
  const why = problemOfAsking(seen, settings);
  return why === null ? pairedIntervals(seen.canary, seen.baseline) : { kind: 'unusable', why };
}

function failedGrossly(seen: Seen, settings: AnalysisSettings, { pairs }: Paired): Judged | null {
  const errors = grossErrors(pairs, settings, errorOfGrossErrors(settings.totalError));
  if (errors === null) return null;
  const look = held(seen, errors.seen, pairs);
  const metrics = look.metrics.map((each) => (each.metric === 'errors' ? errors : each));
  return { ...look, verdict: 'fail', metrics };
}

function decided(
  { look, looks }: Seen,
  settings: AnalysisSettings,
  { pairs }: Paired,
  { slow, memory }: Extract<Sample, { readonly kind: 'enough' }>,
): Judged {
  const error = errorOfOneTest(settings.totalError, looks);
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
  return { look, looks, verdict, metrics, why, pairs };
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
function held({ look, looks }: Seen, why: string, pairs: readonly Pair[]): Judged {
  const waiting = (metric: MetricJudgement['metric']): MetricJudgement => ({
    metric,
    critical: metric !== 'cpu',
    verdict: 'hold',
    canary: null,
    baseline: null,
    seen: 'Not compared yet.',
  });
  const metrics = (['errors', 'slow-requests', 'memory', 'cpu'] as const).map(waiting);
  return { look, looks, verdict: 'hold', metrics, why, pairs };
}
