import type {
  AnalysisSettings,
  Look,
  LookVerdict,
  MetricJudgement,
  RevisionInterval,
} from '../../domain/analysis.ts';
import { judgeCpu } from './cpu.ts';
import { enough } from './enough.ts';
import type { Sample } from './enough.ts';
import { errorOfOneTest } from './error-spending.ts';
import { judgeErrors } from './errors.ts';
import { kayentaScore } from './kayenta.ts';
import { judgeMemory } from './memory.ts';
import { pairedIntervals } from './paired-intervals.ts';
import type { Paired } from './paired-intervals.ts';
import { judgeSlowRequests } from './slow-requests.ts';

/** All that was seen since the canary got traffic, at one look of several. */
export interface Seen {
  /**
   * From 1. A look that gives `hold` has tested nothing and is asked again with the same number and more data; one that gives `pass` or
   * `fail` is spent, and is not asked again: the next has the next number.
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
  const pairing = pairedIntervals(seen.canary, seen.baseline);
  const why = problemOfAsking(seen, settings) ?? (pairing.kind === 'unusable' ? pairing.why : null);
  if (why !== null || pairing.kind === 'unusable') return held(seen, why ?? '', null);
  const sample = enough(pairing, seen.look, settings);
  if (sample.kind === 'too-little') return held(seen, sample.why, pairing);
  return decided(seen, settings, pairing, sample);
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

/** Nothing was tested, and nothing of the error is spent. */
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

/** Of numbers that the policy's reader has bounded already; a NaN among them would make a pass of everything. */
function problemOfAsking(
  { look, looks }: Pick<Seen, 'look' | 'looks'>,
  settings: AnalysisSettings,
): string | null {
  if (!Number.isInteger(look) || !Number.isInteger(looks) || look < 1 || look > looks)
    return `This is look ${look} of ${looks}: there is no error left for it.`;
  const { totalError, errorTolerance, slowTolerance, memoryFactor, minimumRequests } = settings;
  const bounds: readonly (readonly [string, boolean])[] = [
    ['totalError has to be above 0 and below 1', totalError > 0 && totalError < 1],
    ['errorTolerance has to be from 0 to below 1', errorTolerance >= 0 && errorTolerance < 1],
    ['slowTolerance has to be from 0 to below 1', slowTolerance >= 0 && slowTolerance < 1],
    ['memoryFactor has to be 1 or more', memoryFactor >= 1 && memoryFactor < Infinity],
    ['minimumRequests has to be 1 or more', minimumRequests >= 1],
  ];
  const broken = bounds.find(([, holds]) => !holds);
  return broken === undefined ? null : `Nothing can be compared: ${broken[0]}.`;
}
