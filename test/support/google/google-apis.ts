import type { IncomingHttpHeaders } from 'node:http';
import type { GoogleWorld, Handlers } from './google-world.ts';
import type { JsonObject } from './json.ts';
import { policyHandlers } from './run-policies.ts';
import { revisionHandlers } from './run-revision-calls.ts';
import { serviceHandlers } from './run-services.ts';
import { createRun, type RunOptions, type RunState } from './run-state.ts';

export interface ApiOptions {
  readonly run?: RunOptions;
}

/** What the APIs hold, for tests to look into and to arrange. */
export interface GoogleState {
  readonly run: RunState;
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
  const run = createRun(world, options.run ?? {}, () => undefined);
  return {
    handlers: { ...serviceHandlers(run), ...revisionHandlers(run), ...policyHandlers(run) },
    state: { run },
    storage: () => null,
  };
}
