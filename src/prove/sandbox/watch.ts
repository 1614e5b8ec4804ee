import { setTimeout as startTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import type { Processes } from '../../io/process.ts';
import type { Limits, SandboxEnding } from './sandbox.ts';

/** How often a run is looked at: soon at first, since most are short. */
const FIRST_MS = 20;
const LATER_MS = 100;

type Limit = Extract<SandboxEnding, { kind: 'limit' }>['limit'];

/** A run under its limits. */
export interface Watch {
  /** Ends the run as one that went over a limit; the first limit counts. */
  exceeded(limit: Limit): void;
  readonly limit: Limit | null;
  /** The most memory that was seen; null where nothing was. */
  readonly peakMemoryBytes: number | null;
  /** Throws what kept it from looking. */
  stop(): Promise<void>;
}

/**
 * Counts the processes from `root` down and their memory until it is stopped, and lets time run. What is over a limit is ended
 * by `end`. `root` is asked for anew each time, since it is not known in the first moments; `counts`: it is a process of the run itself.
 */
export function watch(
  processes: Processes,
  limits: Limits,
  root: { readonly pid: () => number | null; readonly counts: boolean },
  end: () => void,
): Watch {
  const most = limits.processes + (root.counts ? 0 : 1);
  let limit: Limit | null = null;
  let peak: number | null = null;
  const stopped = new AbortController();
  const exceeded = (which: Limit): void => {
    if (stopped.signal.aborted) return;
    limit ??= which;
    end();
  };
  const clock = Number.isFinite(limits.timeMs)
    ? startTimer(() => exceeded('time'), limits.timeMs)
    : undefined;
  const look = async (): Promise<void> => {
    const pid = root.pid();
    const family = pid === null ? null : await processes.family(pid, most + 1);
    if (family === null || stopped.signal.aborted) return;
    if (family.memoryBytes > 0) peak = Math.max(peak ?? 0, family.memoryBytes);
    if (family.pids.length > most) exceeded('processes');
    else if (family.memoryBytes > limits.memoryBytes) exceeded('memory');
  };
  const failed = repeat(look, stopped.signal).then(
    () => null,
    (error: unknown) => {
      end();
      return { error };
    },
  );
  return {
    exceeded,
    get limit() {
      return limit;
    },
    get peakMemoryBytes() {
      return peak;
    },
    stop: async () => {
      stopped.abort();
      clearTimeout(clock);
      const failure = await failed;
      if (failure !== null) throw failure.error;
    },
  };
}

async function repeat(look: () => Promise<void>, stopped: AbortSignal): Promise<void> {
  for (let pause = FIRST_MS; !stopped.aborted; pause = Math.min(pause * 1.5, LATER_MS)) {
    await look();
    await pauseOf(pause, stopped);
  }
}

/** Waits until a process and all below it are dead. */
export async function untilGone(processes: Processes, pid: number, atMostMs: number): Promise<boolean> {
  for (const until = performance.now() + atMostMs; performance.now() < until;) {
    if ((await processes.family(pid, 1)) === null) return true;
    await setTimeout(2);
  }
  return false;
}

/** A pause, or what is left of it when it is called off. */
async function pauseOf(ms: number, off: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal: off });
  } catch (error) {
    if (!off.aborted) throw error;
  }
}
