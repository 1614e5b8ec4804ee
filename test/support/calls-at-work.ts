import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Platform } from '../../src/ship/deployment/platform.ts';

interface Call {
  sleeping: number;
}

/** Tells when nothing real is under way, so that a clock that is stepped may go on. */
export interface CallsAtWork {
  /** The same platform, whose calls are counted. */
  watched(platform: Platform): Platform;
  /** The sleep within a call: it waits for the clock, so that the clock must not wait for it. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Once every call has its answer, or sleeps. */
  quiet(): Promise<void>;
}

/** How many turns of the loop nothing may be at work. */
const TURNS = 4;

export function callsAtWork(clockSleep: (ms: number) => Promise<void>): CallsAtWork {
  const calls = new Set<Call>();
  const current = new AsyncLocalStorage<Call>();

  function watchedCall<A extends readonly unknown[]>(member: (...args: A) => unknown) {
    return (...args: A): unknown => {
      const call: Call = { sleeping: 0 };
      const answer = current.run(call, () => member(...args));
      if (!(answer instanceof Promise)) return answer;
      calls.add(call);
      return answer.finally(() => calls.delete(call));
    };
  }

  return {
    watched: (platform) =>
      Object.fromEntries(
        Object.entries(platform as unknown as Record<string, unknown>).map(([name, member]) => [
          name,
          typeof member === 'function'
            ? watchedCall(member as (...args: readonly unknown[]) => unknown)
            : member,
        ]),
      ) as unknown as Platform,
    sleep: async (ms) => {
      const call = current.getStore();
      if (call !== undefined) call.sleeping++;
      await clockSleep(ms);
      if (call !== undefined) call.sleeping--;
    },
    quiet: async () => {
      for (let turns = 0; turns < TURNS;) {
        await setImmediate();
        if ([...calls].every(({ sleeping }) => sleeping > 0)) turns++;
        else {
          turns = 0;
          await setTimeout(1);
        }
      }
    },
  };
}
