import type { IncomingHttpHeaders } from 'node:http';
import { createRegistry, registryHandlers, type RegistryState } from './artifact-registry.ts';
import { buildHandlers } from './cloud-build.ts';
import { createCloudBuild, type BuildOptions, type BuildState } from './cloud-build-state.ts';
import type { GoogleWorld, Handlers } from './google-world.ts';
import type { JsonObject } from './json.ts';
import { createLogging, loggingHandlers, type LoggingState } from './logging.ts';
import { monitoringHandlers } from './monitoring.ts';
import { createMonitoring, type MonitoringState } from './monitoring-data.ts';
import { policyHandlers } from './run-policies.ts';
import { revisionHandlers } from './run-revision-calls.ts';
import { serviceHandlers } from './run-services.ts';
import { createRun, type RunOptions, type RunState } from './run-state.ts';
import { createStorage, storageCalls, type StorageState } from './storage.ts';

export interface ApiOptions {
  readonly run?: RunOptions;
  readonly build?: BuildOptions;
  /** How long points and log entries cannot be read yet, by the services' clock. Default 0. */
  readonly ingestDelayMs?: number;
}

/** What the APIs hold, for tests to look into and to arrange. */
export interface GoogleState {
  readonly run: RunState;
  readonly build: BuildState;
  readonly storage: StorageState;
  readonly registry: RegistryState;
  readonly monitoring: MonitoringState;
  readonly logging: LoggingState;
}

/** An answer of what is plain HTTP, not a method of a proto file. */
export interface PlainCall {
  readonly method: string;
  readonly request: JsonObject;
  answer(): {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: JsonObject | Uint8Array | null;
  };
}

export interface GoogleApis {
  readonly handlers: Handlers;
  readonly state: GoogleState;
  /** Null: the path is none of Cloud Storage's. */
  storage(verb: string, url: URL, headers: IncomingHttpHeaders, body: Buffer): PlainCall | null;
}

export function createGoogleApis(world: GoogleWorld, options: ApiOptions): GoogleApis {
  const logging = createLogging(world, options.ingestDelayMs ?? 0);
  const monitoring = createMonitoring(() => world.now(), options.ingestDelayMs ?? 0);
  const storage = createStorage(world);
  const registry = createRegistry(world);
  const run = createRun(world, options.run ?? {}, {
    log: (entry) => logging.addRevisionLog(entry),
    isImageThere: (reference) => registry.has(reference),
  });
  const build = createCloudBuild(world, options.build ?? {}, { storage, registry, logging });
  return {
    handlers: {
      ...serviceHandlers(run),
      ...revisionHandlers(run),
      ...policyHandlers(run),
      ...buildHandlers(build),
      ...registryHandlers(registry),
      ...monitoringHandlers(world, monitoring),
      ...loggingHandlers(world, logging),
    },
    state: { run, build, storage, registry, monitoring, logging },
    storage: storageCalls(storage),
  };
}
