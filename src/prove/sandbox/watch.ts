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
 * Counts the processes below `root` and their memory until it is stopped, and lets time run. What is over a limit is ended
 * by `end`. `root` is asked anew each time: it is not known in the first moments.
 */
export function watch(
  processes: Processes,
  limits: Limits,
  root: () => number | null,
  end: () => void,
): Watch {
  let limit: Limit | null = null;
  let peak: number | null = null;
  let stopped = false;
  const exceeded = (which: Limit): void => {
    if (stopped) return;
    limit ??= which;
    end();
  };
  const clock = setTimeout(() => exceeded('time'), limits.timeMs);
  const look = async (): Promise<void> => {
    const pid = root();
    const family = pid === null ? null : await processes.family(pid, limits.processes + 1);
    if (family === null || stopped) return;
    if (family.memoryBytes > 0) peak = Math.max(peak ?? 0, family.memoryBytes);
    if (family.pids.length > limits.processes) exceeded('processes');
    else if (family.memoryBytes > limits.memoryBytes) exceeded('memory');
  };
  const failed = repeat(look, () => stopped).then(
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
      stopped = true;
      clearTimeout(clock);
      const failure = await failed;
      if (failure !== null) throw failure.error;
    },
  };
}

async function repeat(look: () => Promise<void>, isOver: () => boolean): Promise<void> {
  for (let pause = FIRST_MS; !isOver(); pause = Math.min(pause * 1.5, LATER_MS)) {
    await look();
    if (!isOver()) await pauseOf(pause);
  }
}

/** Waits until a process and all below it are dead. */
export async function untilGone(processes: Processes, pid: number, atMostMs: number): Promise<boolean> {
  for (const until = performance.now() + atMostMs; performance.now() < until;) {
    if ((await processes.family(pid, 1)) === null) return true;
    await pauseOf(2);
  }
  return false;
}

function pauseOf(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
