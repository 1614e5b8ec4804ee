import type { RevisionInterval } from '../../domain/analysis.ts';
import { problemOfIntervals } from './interval-problem.ts';

/** The same stretch of time on both sides. */
export interface Pair {
  readonly canary: RevisionInterval;
  readonly baseline: RevisionInterval;
}

export interface Paired {
  readonly kind: 'paired';
  /** In the order of time; all with the same bounds. */
  readonly pairs: readonly Pair[];
  /** Of all that are there; 0: none. */
  readonly boundsMs: readonly number[];
  /** Intervals, of either side, that the other side lacks. They count for nothing. */
  readonly single: number;
}

export type Pairing = Paired | { readonly kind: 'unusable'; readonly why: string };

/** Only what both sides did in the same interval is compared. */
export function pairedIntervals(
  canary: readonly RevisionInterval[],
  baseline: readonly RevisionInterval[],
): Pairing {
  const why =
    problemOfIntervals('canary', canary) ??
    problemOfIntervals('baseline', baseline) ??
    differentBounds([...canary, ...baseline]);
  if (why !== null) return { kind: 'unusable', why };
  const others = new Map(baseline.map((each) => [Date.parse(each.from), each]));
  const pairs = canary
    .flatMap((each): Pair[] => {
      const other = others.get(Date.parse(each.from));
      return other !== undefined && Date.parse(other.to) === Date.parse(each.to)
        ? [{ canary: each, baseline: other }]
        : [];
    })
    .sort((a, b) => Date.parse(a.canary.from) - Date.parse(b.canary.from));
  const boundsMs = canary[0]?.latency.boundsMs ?? [];
  return { kind: 'paired', pairs, boundsMs, single: canary.length + baseline.length - 2 * pairs.length };
}

function differentBounds(intervals: readonly RevisionInterval[]): string | null {
  const first = intervals[0]?.latency.boundsMs ?? [];
  const same = intervals.every(({ latency: { boundsMs } }) => {
    if (boundsMs === first) return true;
    return boundsMs.length === first.length && boundsMs.every((bound, at) => bound === first[at]);
  });
  return same ? null : 'The latency histograms have different bounds: they cannot be laid over each other.';
}
