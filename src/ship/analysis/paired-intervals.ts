import type { RevisionInterval } from '../../domain/analysis.ts';
import { problemOfBounds, problemOfSide, stretches } from './interval-problem.ts';

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
  const [here, there] = [stretches(canary), stretches(baseline)];
  const why =
    problemOfSide('canary', here) ??
    problemOfSide('baseline', there) ??
    problemOfHistograms(canary, baseline);
  if (why !== null) return { kind: 'unusable', why };
  const others = new Map(there.map((each) => [each.from, each]));
  const pairs = here.flatMap(({ from, to, interval }): Pair[] => {
    const other = others.get(from);
    return other?.to === to ? [{ canary: interval, baseline: other.interval }] : [];
  });
  const boundsMs = canary[0]?.latency.boundsMs ?? [];
  return { kind: 'paired', pairs, boundsMs, single: canary.length + baseline.length - 2 * pairs.length };
}

function problemOfHistograms(...sides: readonly (readonly RevisionInterval[])[]): string | null {
  const first = sides.find((side) => side.length > 0)?.[0]!.latency.boundsMs;
  if (first === undefined) return null;
  const same = sides.every((side) => side.every(({ latency }) => isSame(latency.boundsMs, first)));
  if (!same) return 'The latency histograms have different bounds: they cannot be laid over each other.';
  return problemOfBounds(first);
}

function isSame(bounds: readonly number[], first: readonly number[]): boolean {
  return (
    bounds === first || (bounds.length === first.length && bounds.every((bound, at) => bound === first[at]))
  );
}
