import { join } from 'node:path';
import { childProcesses } from '../../../io/child-processes.ts';
import { thisMachine } from '../../../io/machine.ts';
import { memoryCache } from '../../../io/memory-cache.ts';
import { nodeFiles } from '../../../io/node-files.ts';
import { systemClock } from '../../../io/system-clock.ts';
import { noWorkers } from '../../../io/workers.ts';
import type { World } from '../../../io/world.ts';

/** The machine without the network and without the cache, which keep a daemon from starting fast and small. */
export function daemonWorld(dataFolder: string, environment: World['environment']): World {
  return {
    http: {
      request: ({ url }) => Promise.resolve({ kind: 'failure', reason: 'a daemon asks no server', url }),
      close: () => Promise.resolve(),
    },
    processes: childProcesses,
    files: nodeFiles,
    cache: memoryCache(),
    clock: systemClock,
    workers: noWorkers,
    machine: {
      platform: thisMachine(),
      toolsFolder: join(dataFolder, 'tools'),
      environmentsFolder: join(dataFolder, 'environments'),
      dataFolder,
    },
    environment,
  };
}
