import type { Histogram, RevisionInterval } from '../../domain/analysis.ts';

/** What is wrong with one side's intervals, in a sentence; null: nothing. They are as a platform gave them, and nothing of them is believed. */
export function problemOfIntervals(side: string, intervals: readonly RevisionInterval[]): string | null {
  for (const interval of intervals) {
    const problem = problemOf(interval);
    if (problem !== null) return `An interval of the ${side} cannot be read: ${problem}.`;
  }
  return overlap(side, intervals);
}

function problemOf(interval: RevisionInterval): string | null {
  const { requests, errors, memoryBytes, cpuSeconds } = interval;
  if (!(Date.parse(interval.to) > Date.parse(interval.from))) return 'it does not end after it begins';
  if (!isCount(requests)) return `requests is ${requests}, 0 or more was expected`;
  if (!isCount(errors) || errors > requests)
    return `errors is ${errors}, 0 to ${requests} (its requests) was expected`;
  if (memoryBytes !== null && !isCount(memoryBytes))
    return `memory is ${memoryBytes}, 0 or more was expected`;
  if (cpuSeconds !== null && !isCount(cpuSeconds)) return `CPU is ${cpuSeconds}, 0 or more was expected`;
  return problemOfHistogram(interval.latency);
}

function problemOfHistogram({ boundsMs, counts }: Histogram): string | null {
  if (boundsMs.length === 0) return 'its histogram has no bounds';
  if (counts.length !== boundsMs.length + 1)
    return `its histogram has ${counts.length} counts, ${boundsMs.length + 1} were expected`;
  const rises = boundsMs.every((bound, at) => Number.isFinite(bound) && bound > (boundsMs[at - 1] ?? 0));
  if (!rises) return 'the bounds of its histogram do not rise from above 0';
  return counts.every(isCount) ? null : 'its histogram has a count that is not 0 or more';
}

function isCount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function overlap(side: string, intervals: readonly RevisionInterval[]): string | null {
  const spans = intervals.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
  spans.sort((a, b) => a.from - b.from);
  const second = spans.find(({ from }, at) => at > 0 && spans[at - 1]!.to > from);
  if (second === undefined) return null;
  return `Intervals of the ${side} overlap at ${new Date(second.from).toISOString()}: requests would count twice.`;
}
