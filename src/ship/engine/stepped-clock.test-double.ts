/** Time that passes only when it is told to. */
export interface SteppedClock {
  /** What the wall shows: it can be set forwards and back. */
  readonly now: () => Date;
  /** Milliseconds since the beginning; never goes back. */
  readonly passed: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Sets the wall clock; what sleeps is not touched by it. */
  readonly jump: (ms: number) => void;
  /** Goes to the next moment at which anything wakes; false: nothing sleeps. */
  readonly step: () => boolean;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function steppedClock(start = '2026-11-27T09:00:00.000Z'): SteppedClock {
  const base = Date.parse(start);
  const sleepers: Sleeper[] = [];
  let passed = 0;
  let jumped = 0;
  return {
    now: () => new Date(base + passed + jumped),
    passed: () => passed,
    jump: (ms) => void (jumped += ms),
    sleep: (ms) =>
      new Promise((wake) => {
        const sleeper = { at: passed + Math.max(0, ms), wake };
        const later = sleepers.findIndex(({ at }) => at > sleeper.at);
        sleepers.splice(later === -1 ? sleepers.length : later, 0, sleeper);
      }),
    step: () => {
      const first = sleepers[0];
      if (first === undefined) return false;
      passed = first.at;
      while (sleepers[0] !== undefined && sleepers[0].at <= passed) sleepers.shift()!.wake();
      return true;
    },
  };
}
