import type { MetricJudgement, RevisionInterval } from '../../domain/analysis.ts';
import { figure, milliseconds } from './figures.ts';
import type { Pair } from './paired-intervals.ts';

/** CPU for each request, told and never decisive: it depends on how much else an instance does. */
export function judgeCpu(pairs: readonly Pair[]): MetricJudgement {
  const [canary, baseline] = [
    perRequest(pairs.map((pair) => pair.canary)),
    perRequest(pairs.map((pair) => pair.baseline)),
  ];
  const told = { metric: 'cpu', critical: false, canary, baseline } as const;
  if (canary === null || baseline === null)
    return { ...told, verdict: 'hold', seen: 'CPU was not measured on both sides.' };
  const times = baseline > 0 ? `, ${figure(canary / baseline)} times as much` : '';
  return {
    ...told,
    verdict: 'pass',
    seen: `${milliseconds(1000 * canary)} of CPU for a request, ${milliseconds(1000 * baseline)} with the baseline${times}.`,
  };
}

/** In seconds; null: not measured, or no requests. */
function perRequest(intervals: readonly RevisionInterval[]): number | null {
  const measured = intervals.filter((each) => each.cpuSeconds !== null);
  const requests = measured.reduce((total, each) => total + each.requests, 0);
  return requests === 0 ? null : measured.reduce((total, each) => total + each.cpuSeconds!, 0) / requests;
}
