import type { RevisionInterval } from '../../../../domain/analysis.ts';
import type { Clock } from '../../../../io/clock.ts';
import { bucketOf, LATENCY_BOUNDS_MS } from './latency-buckets.ts';

/** RevisionInterval without memory and CPU, which the proxy does not see. */
export type ProxyInterval = Omit<RevisionInterval, 'memoryBytes' | 'cpuSeconds'>;

const KEPT_MS = 6 * 3600 * 1000;

interface Counts {
  requests: number;
  errors: number;
  readonly latency: Uint32Array;
}

/** One request of a revision, from its coming. */
export interface RequestCount {
  /** Called once: when the head of the answer is there, or it is clear that none will come. */
  settled(isError: boolean): void;
  /** The answer's body broke off: an error of the same request, in the interval where it was counted. */
  brokeOff(): void;
}

/**
 * What revisions did, in intervals that begin at whole multiples of their length (of the epoch, by the clock). Six hours are kept. A
 * request belongs to the interval in which the head of its answer came; latency is the time from its head to that of the answer.
 */
export interface IntervalCounts {
  begin(revision: string): RequestCount;
  /** From now on the revision has intervals, though they be without requests. */
  watch(revision: string): void;
  /** Intervals that lie within [from, to] and are over. */
  intervals(revision: string, from: Date, to: Date): readonly ProxyInterval[];
}

interface Watched {
  readonly since: number;
  readonly byIndex: Map<number, Counts>;
}

export const NOT_COUNTED: RequestCount = { settled: () => undefined, brokeOff: () => undefined };

export function intervalCounts(intervalSeconds: number, clock: Clock): IntervalCounts {
  const lengthMs = intervalSeconds * 1000;
  const most = Math.ceil(KEPT_MS / lengthMs);
  const revisions = new Map<string, Watched>();
  const present = () => Math.floor(clock.now().getTime() / lengthMs);
  const watched = (revision: string): Watched => {
    const known = revisions.get(revision);
    if (known !== undefined) return known;
    forgetOld(revisions, present() - most);
    const fresh = { since: present(), byIndex: new Map<number, Counts>() };
    revisions.set(revision, fresh);
    return fresh;
  };
  return {
    watch: (revision) => void watched(revision),
    begin: (revision) => begun(() => countsAt(watched(revision).byIndex, present(), most)),
    intervals: (revision, from, to) => {
      const known = revisions.get(revision);
      if (known === undefined) return [];
      const first = Math.max(Math.ceil(from.getTime() / lengthMs), known.since, present() - most);
      const end = Math.min(Math.floor(to.getTime() / lengthMs), present());
      return Array.from({ length: Math.max(0, end - first) }, (_, step) =>
        interval(first + step, lengthMs, known.byIndex.get(first + step)),
      );
    },
  };
}

function begun(countsNow: () => Counts): RequestCount {
  const startedAt = performance.now();
  let counts: Counts | null = null;
  let isError = false;
  const addError = () => {
    if (counts === null || isError) return;
    isError = true;
    counts.errors += 1;
  };
  return {
    settled: (failed) => {
      if (counts !== null) return;
      counts = countsNow();
      counts.requests += 1;
      counts.latency[bucketOf(performance.now() - startedAt)]! += 1;
      if (failed) addError();
    },
    brokeOff: addError,
  };
}

/** A clock that jumps makes intervals out of order, so the number of them is bounded as well as their age. */
function countsAt(byIndex: Map<number, Counts>, index: number, most: number): Counts {
  const known = byIndex.get(index);
  if (known !== undefined) return known;
  for (const old of byIndex.keys())
    if (old < index - most || byIndex.size >= most) byIndex.delete(old);
    else break;
  const fresh = { requests: 0, errors: 0, latency: new Uint32Array(LATENCY_BOUNDS_MS.length + 1) };
  byIndex.set(index, fresh);
  return fresh;
}

function forgetOld(revisions: Map<string, Watched>, before: number): void {
  for (const [revision, { since, byIndex }] of revisions)
    if (Math.max(since, ...byIndex.keys()) < before) revisions.delete(revision);
}

function interval(index: number, lengthMs: number, counts: Counts | undefined): ProxyInterval {
  return {
    from: new Date(index * lengthMs).toISOString(),
    to: new Date((index + 1) * lengthMs).toISOString(),
    requests: counts?.requests ?? 0,
    errors: counts?.errors ?? 0,
    latency: {
      boundsMs: LATENCY_BOUNDS_MS,
      counts: Array.from(counts?.latency ?? new Uint32Array(LATENCY_BOUNDS_MS.length + 1)),
    },
  };
}
