import type { Clock } from './clock.ts';

/** A clock that stands still but for sleeps, which pass at once: the same run twice sees the same times. */
export interface FixedClock extends Clock {
  /** Every sleep so far, in milliseconds. */
  readonly sleeps: readonly number[];
  advance(ms: number): void;
}

/** Virtual time that begins at `start` (an ISO date). */
export function fixedClock(start: string): FixedClock {
  let now = Date.parse(start);
  if (Number.isNaN(now)) throw new RangeError(`not a date: ${start}`);
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => new Date(now),
    advance: (ms) => void (now += ms),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      sleeps.push(ms);
      now += ms;
      await Promise.resolve();
    },
  };
}
