import type { Histogram, RevisionInterval } from '../../domain/analysis.ts';

/** An interval with its ends in milliseconds since 1970; NaN: they cannot be read. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly interval: RevisionInterval;
}

/** In the order of time. */
export function stretches(intervals: readonly RevisionInterval[]): readonly Stretch[] {
  return intervals
    .map((interval) => ({ from: Date.parse(interval.from), to: Date.parse(interval.to), interval }))
    .sort((a, b) => a.from - b.from);
}

/** What is wrong with one side's intervals, in a sentence; null: nothing. They are as a platform gave them, and nothing of them is believed. */
export function problemOfSide(side: string, those: readonly Stretch[]): string | null {
  for (const each of those) {
    const problem = problemOf(each);
    if (problem !== null) return `An interval of the ${side} cannot be read: ${problem}.`;
  }
  const second = those.find(({ from }, at) => at > 0 && those[at - 1]!.to > from);
  if (second === undefined) return null;
  return `Intervals of the ${side} overlap at ${second.interval.from}: requests would count twice.`;
}

function problemOf({ from, to, interval }: Stretch): string | null {
  const { requests, errors, memoryBytes, cpuSeconds } = interval;
  if (!(to > from)) return 'it does not end after it begins';
  if (!isCount(requests)) return `requests is ${requests}, 0 or more was expected`;
  if (!isCount(errors) || errors > requests)
    return `errors is ${errors}, 0 to ${requests} (its requests) was expected`;
  if (memoryBytes !== null && !isCount(memoryBytes))
    return `memory is ${memoryBytes}, 0 or more was expected`;
  if (cpuSeconds !== null && !isCount(cpuSeconds)) return `CPU is ${cpuSeconds}, 0 or more was expected`;
  return problemOfHistogram(interval.latency);
}

function problemOfHistogram({ boundsMs, counts }: Histogram): string | null {
  if (counts.length !== boundsMs.length + 1)
    return `its histogram has ${counts.length} counts, ${boundsMs.length + 1} were expected`;
  for (const each of counts)
    if (!isCount(each)) return `its histogram has a count of ${each}, 0 or more was expected`;
  return null;
}

/** What is wrong with the bounds of histograms. */
export function problemOfBounds(boundsMs: readonly number[]): string | null {
  if (boundsMs.length === 0) return 'The latency histograms have no bounds.';
  const rises = boundsMs.every((bound, at) => Number.isFinite(bound) && bound > (boundsMs[at - 1] ?? 0));
  return rises ? null : 'The bounds of the latency histograms do not rise from above 0.';
}

function isCount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
