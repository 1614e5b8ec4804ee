import { childProcesses } from '../../io/child-processes.ts';
import { fixedClock } from '../../io/fixed-clock.ts';
import type { Http } from '../../io/http.ts';
import { memoryCache } from '../../io/memory-cache.ts';
import { nodeFiles } from '../../io/node-files.ts';
import { noWorkers } from '../../io/workers.ts';
import type { World } from '../../io/world.ts';
import type { SandboxRequest } from './sandbox.ts';

const noHttp = {
  request: () => Promise.reject(new Error('no network')),
  close: () => Promise.resolve(),
} as unknown as Http;

/** The machine's own processes and files, and no network. `path`: where programs are found. */
export function machineWorld(path = process.env['PATH'] ?? ''): World {
  return {
    http: noHttp,
    processes: childProcesses,
    files: nodeFiles,
    cache: memoryCache(),
    clock: fixedClock('2026-11-23T00:00:00Z'),
    workers: noWorkers,
    environment: { PATH: path },
  };
}

/** A request with limits that no well-behaved program meets. */
export function requestFor(
  command: SandboxRequest['command'],
  more: Partial<Omit<SandboxRequest, 'limits'>> & {
    readonly limits?: Partial<SandboxRequest['limits']>;
  } = {},
): SandboxRequest {
  const { limits, ...others } = more;
  return {
    command,
    environment: { PATH: '/usr/bin:/bin' },
    readable: [],
    ...others,
    limits: {
      timeMs: 20_000,
      memoryBytes: 256 << 20,
      outputBytes: 1 << 20,
      scratchBytes: 32 << 20,
      processes: 32,
      ...limits,
    },
  };
}
