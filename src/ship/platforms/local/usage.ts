import { readFileSync } from 'node:fs';

/** What the processes of a revision hold and have used, sampled. */
export interface Usage {
  add(sample: {
    readonly at: number;
    readonly memoryBytes: number;
    readonly ticks: ReadonlyMap<number, number>;
  }): void;
  /** Of the samples in it; null: there is none. */
  within(
    from: number,
    to: number,
  ): { readonly memoryBytes: number | null; readonly cpuSeconds: number | null };
}

interface Sample {
  readonly at: number;
  readonly memoryBytes: number;
  /** Used since the sample before. */
  readonly cpuSeconds: number;
}

/** Six hours of a sample each second. */
const MOST_SAMPLES = 21_600;
/** Of the kernel's clock, in a second: USER_HZ is 100 on every system that Node runs on (time(7)). */
const TICKS = 100;

export function openUsage(): Usage {
  const samples: Sample[] = [];
  let before: ReadonlyMap<number, number> = new Map();
  return {
    add: ({ at, memoryBytes, ticks }) => {
      // A process that is new has used all its time since the last look; one that is gone took its last moments with it.
      let used = 0;
      for (const [pid, count] of ticks) used += Math.max(0, count - (before.get(pid) ?? 0));
      before = ticks;
      samples.push({ at, memoryBytes, cpuSeconds: used / TICKS });
      if (samples.length > MOST_SAMPLES) samples.splice(0, MOST_SAMPLES / 10);
    },
    within: (from, to) => {
      const found = samples.filter(({ at }) => at >= from && at < to);
      if (found.length === 0) return { memoryBytes: null, cpuSeconds: null };
      return {
        memoryBytes: Math.max(...found.map((one) => one.memoryBytes)),
        cpuSeconds: found.reduce((sum, one) => sum + one.cpuSeconds, 0),
      };
    },
  };
}

/** Ticks in user and kernel mode of each process (fields 14 and 15 of /proc/PID/stat, proc(5)). */
export function ticksOf(pids: readonly number[]): ReadonlyMap<number, number> {
  return new Map(
    pids.flatMap((pid): readonly (readonly [number, number])[] => {
      const text = statOf(pid);
      if (text === null) return [];
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      return [[pid, Number(fields[11]) + Number(fields[12])]];
    }),
  );
}

function statOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
