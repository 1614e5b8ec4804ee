import type { Processes } from '../../io/process.ts';
import type { SandboxedService, SandboxResult } from './sandbox.ts';

/** What a service needs of the sandbox that it runs in. */
export interface ServiceParts {
  readonly processes: Processes;
  readonly result: Promise<SandboxResult>;
  /** The service's own first process; null where it is gone. */
  readonly main: () => Promise<number | null>;
  readonly kill: () => void;
  /** See `SandboxedService.pid`. */
  readonly pid: () => number | null;
  readonly beside: (
    command: readonly [string, ...string[]],
    timeMs: number,
    input: string | undefined,
  ) => Promise<SandboxResult>;
}

export function serviceOf({ processes, result, main, kill, pid, beside }: ServiceParts): SandboxedService {
  return {
    beside: (command, timeMs, input) => beside(command, timeMs, input),
    pid,
    ended: result,
    stop: async (graceMs) => {
      const pid = await main();
      if (pid !== null) processes.signal(pid, 'SIGTERM');
      const timer = setTimeout(kill, graceMs);
      try {
        return await result;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
