import type { RevisionInterval } from '../../../domain/analysis.ts';

/** The same minutes are asked for several times before the next one can be read: each asking is four calls, which are counted. */
export interface MeasuredRevisions {
  /** What was kept of a revision for these very minutes; null: nothing. */
  of(revision: string, minutes: string): readonly RevisionInterval[] | null;
  keep(revision: string, minutes: string, intervals: readonly RevisionInterval[]): void;
}

/** A canary and a baseline of each rollout that one worker may be at. */
const MOST = 100;

/** Of each revision the last minutes alone: later ones are asked for anew, with those before, for a point may come late. */
export function measuredRevisions(): MeasuredRevisions {
  const kept = new Map<
    string,
    { readonly minutes: string; readonly intervals: readonly RevisionInterval[] }
  >();
  return {
    of: (revision, minutes) => {
      const found = kept.get(revision);
      return found?.minutes === minutes ? found.intervals : null;
    },
    keep: (revision, minutes, intervals) => {
      kept.delete(revision);
      kept.set(revision, { minutes, intervals });
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    },
  };
}
