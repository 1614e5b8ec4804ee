import type { Target } from '../../src/domain/target.ts';
import { childProcesses } from '../../src/io/child-processes.ts';
import { memoryCache } from '../../src/io/memory-cache.ts';
import { nodeFiles } from '../../src/io/node-files.ts';
import { systemClock } from '../../src/io/system-clock.ts';
import { UndiciHttp } from '../../src/io/undici-http.ts';
import { noWorkers } from '../../src/io/workers.ts';
import type { World } from '../../src/io/world.ts';

export const PYTHON_312: Target = {
  runtime: { implementation: 'cpython', version: '3.12' },
  os: 'linux',
  architecture: 'x86_64',
  libc: { name: 'glibc', version: '2.36' },
  readFrom: [],
};

/** The real network, files and processes with an empty environment and a cache of its own, or that of `sharing`. */
export function loopbackWorld(sharing?: World, clock = systemClock): World {
  return {
    http: new UndiciHttp({
      environment: {},
      clock: systemClock,
      connection: { trust: () => Promise.resolve(null), connectTimeoutMs: 5_000 },
    }),
    processes: childProcesses,
    files: nodeFiles,
    cache: sharing?.cache ?? memoryCache(),
    clock,
    workers: noWorkers,
    environment: {},
  };
}
