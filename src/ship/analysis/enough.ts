import type { AnalysisSettings } from '../../domain/analysis.ts';
import { count, milliseconds } from './figures.ts';
import { MEMORY_INTERVALS, measuredMemory } from './memory.ts';
import type { MemoryPair } from './memory.ts';
import type { Paired } from './paired-intervals.ts';
import { slowRequests } from './slow-requests.ts';
import type { SlowRequests } from './slow-requests.ts';
import { summed } from './stratified-difference.ts';
import { intervalsOf } from './usable-intervals.ts';

/** Intervals of equal weight that a look needs: the variance is taken from how they differ. */
export const MINIMUM_INTERVALS = 15;

export type Sample =
  | {
      readonly kind: 'enough';
      readonly slow: SlowRequests;
      /** Null: the platform measures none. */
      readonly memory: readonly MemoryPair[] | null;
    }
  | { readonly kind: 'too-little'; readonly why: string };

/**
 * Whether there is enough for every critical metric. All are tested at once or none is: what is looked at again and again while another waits
 * would be tested more often than its error is spent for. Each look needs as much again as the one before, for it is there to see what the canary does
 * under more traffic.
 */
export function enough(paired: Paired, look: number, settings: AnalysisSettings): Sample {
  // First, for it is what most askings end with, and the rest takes longer to be found out.
  const few = tooFewRequests(paired, look * settings.minimumRequests);
  if (few !== null) return { kind: 'too-little', why: few };
  const slow = slowRequests(paired.pairs);
  const memory = measuredMemory(paired.pairs);
  const why = unknownLatencies(paired, slow) ?? tooFewIntervals(slow) ?? unknownMemory(memory);
  return why === null ? { kind: 'enough', slow, memory } : { kind: 'too-little', why };
}

function tooFewRequests({ pairs, single }: Paired, minimum: number): string | null {
  const canary = pairs.reduce((total, each) => total + each.canary.requests, 0);
  const baseline = pairs.reduce((total, each) => total + each.baseline.requests, 0);
  if (canary >= minimum && baseline >= minimum) return null;
  const left =
    single === 0
      ? ''
      : ` ${single} ${single === 1 ? 'interval was' : 'intervals were'} seen on one side only and count for nothing.`;
  return `${count(canary)} requests to the canary and ${count(baseline)} to the baseline; each must have had ${count(minimum)}.${left}`;
}

function unknownLatencies({ pairs, boundsMs }: Paired, { strata, beyond }: SlowRequests): string | null {
  for (const side of ['canary', 'baseline'] as const) {
    const requests = pairs.reduce((total, each) => total + each[side].requests, 0);
    const known = summed(strata, side).of;
    if (known < requests / 2)
      return `The latency of ${count(known)} of ${count(requests)} requests to the ${side} is known; at least half was expected.`;
  }
  if (beyond <= 0.5) return null;
  return `The baseline's 95th percentile lies beyond ${milliseconds(boundsMs.at(-1) ?? 0)} most of the time, where its histogram ends: what is slower cannot be told apart.`;
}

function tooFewIntervals(slow: SlowRequests): string | null {
  const intervals = intervalsOf(slow);
  // Sums of weights are not exact.
  if (intervals >= MINIMUM_INTERVALS - 1e-6) return null;
  return `Weighed by their requests, the intervals so far are as good as ${Math.floor(intervals)}; ${MINIMUM_INTERVALS} are needed.`;
}

function unknownMemory(memory: readonly MemoryPair[] | null): string | null {
  if (memory === null || memory.length >= MEMORY_INTERVALS) return null;
  return `Memory was measured on both sides in ${memory.length} intervals; ${MEMORY_INTERVALS} are needed.`;
}
