import { setTimeout } from 'node:timers/promises';

/**
 * What a run does passes here while its worker holds its slot. Once the gate is shut nothing begins, and whatever comes back is not
 * given on: the run stands still, and goes on elsewhere.
 */
export interface Gate {
  readonly isShut: boolean;
  shut(): void;
  /** `isWork`: somebody who stops waits for it; a run that only waits is let go at once. */
  pass<T>(isWork: boolean, work: () => Promise<T>): Promise<T>;
  /** When no work is under way any more, or after so many milliseconds. */
  settled(ms: number): Promise<void>;
}

export function openGate(): Gate {
  let isShut = false;
  const underWay = new Set<Promise<unknown>>();
  return {
    get isShut() {
      return isShut;
    },
    shut: () => void (isShut = true),
    pass: async (isWork, work) => {
      if (isShut) return standstill();
      const outcome = work();
      if (isWork) underWay.add(outcome);
      try {
        const value = await outcome;
        return isShut ? await standstill() : value;
      } catch (error) {
        if (isShut) return await standstill();
        throw error;
      } finally {
        underWay.delete(outcome);
      }
    },
    settled: async (ms) => {
      const timer = new AbortController();
      await Promise.race([
        Promise.allSettled(underWay),
        setTimeout(ms, undefined, { signal: timer.signal }).catch(() => undefined),
      ]);
      timer.abort();
    },
  };
}

/** Nobody is told: a run that got an error here would take it for one of its own. */
function standstill(): Promise<never> {
  return new Promise(() => undefined);
}
