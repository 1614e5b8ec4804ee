import { join } from 'node:path';
import type { SecureContext } from 'node:tls';
import { childProcesses } from './child-processes.ts';
import type { Http, HttpFailure, HttpRequest, HttpResponse } from './http.ts';
import { openLmdbCache } from './lmdb-cache.ts';
import { thisMachine } from './machine.ts';
import { nodeFiles } from './node-files.ts';
import { nodeWorkers } from './node-workers.ts';
import { defaultCacheFolder, defaultDataFolder } from './own-folders.ts';
import { systemClock } from './system-clock.ts';
import { withoutCredentials } from './url-credentials.ts';
import type { World } from './world.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** As the build lays them (scripts/build.mjs); the sources run as they are have none. */
const WORKER_SCRIPTS = new URL('../workers/', import.meta.url);

/** `cacheDir` null: the default folder. `offline`: every request fails, and says so. */
export interface WorldOptions {
  readonly cacheDir: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onWarning: (message: string) => void;
  readonly offline?: boolean;
}

/** The machine's own network, file system, processes, cache and time. Whoever opens it closes it: `closeWorld`. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const environment = { ...options.environment };
  const cacheFolder = options.cacheDir ?? defaultCacheFolder(environment);
  const cache = await openLmdbCache(cacheFolder, options.onWarning);
  return {
    http: options.offline === true ? offlineHttp : lazyHttp(environment, options.onWarning),
    processes: childProcesses,
    files: nodeFiles,
    cache,
    clock: systemClock,
    workers: nodeWorkers(WORKER_SCRIPTS),
    machine: {
      // Asked by few commands, and the answer takes a report of the whole process.
      get platform() {
        return thisMachine();
      },
      toolsFolder: join(cacheFolder, 'tools'),
      environmentsFolder: join(cacheFolder, 'environments'),
      dataFolder: defaultDataFolder(environment),
    },
    environment,
  };
}

/** Ends connections and threads, and waits until the cache is on disk. */
export async function closeWorld(world: World): Promise<void> {
  await Promise.all([world.http.close(), world.workers.close()]);
  await world.cache.close();
}

const offlineHttp: Http = {
  request: (request) =>
    Promise.resolve({
      kind: 'failure',
      reason: 'the network is not used (--offline)',
      url: withoutCredentials(request.url),
    }),
  close: () => Promise.resolve(),
};

/** Loads the client with the first request: a run that finds all it needs in the cache does not wait for that. */
function lazyHttp(environment: WorldOptions['environment'], onWarning: WorldOptions['onWarning']): Http {
  let opening: Promise<Http> | null = null;
  const open = async (): Promise<Http> => {
    const { UndiciHttp } = await import('./undici-http.ts');
    const connection = { trust: lazyTrust(environment, onWarning), connectTimeoutMs: CONNECT_TIMEOUT_MS };
    return new UndiciHttp({ environment, clock: systemClock, connection });
  };
  const client = (): Promise<Http> => (opening ??= open());
  return {
    request: async (request: HttpRequest): Promise<HttpResponse | HttpFailure> =>
      (await client()).request(request),
    prepare: () => void client().then((http) => http.prepare?.()),
    close: async () => void (opening === null || (await (await opening).close())),
  };
}

function lazyTrust(
  environment: WorldOptions['environment'],
  onWarning: WorldOptions['onWarning'],
): () => Promise<SecureContext | null> {
  let reading: Promise<SecureContext | null> | null = null;
  const read = async (): Promise<SecureContext | null> => {
    const { trustFrom } = await import('./http-trust.ts');
    return trustFrom(environment, onWarning);
  };
  return () => (reading ??= read());
}
