import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Files } from './files.ts';
import type { Http } from './http.ts';
import type { Processes } from './process.ts';
import type { Target } from '../domain/target.ts';
import type { Workers } from './workers.ts';

/** All side effects, handed in: no stage reaches outside in any other way. */
export interface World {
  readonly http: Http;
  readonly processes: Processes;
  readonly files: Files;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly workers: Workers;
  /** Where foreign tools run and are kept once fetched, and where environments are kept; absent: none is run. */
  readonly machine?: {
    readonly platform: Target;
    readonly toolsFolder: string;
    readonly environmentsFolder: string;
    /** What must not be lost: the database of rollouts, services that run on this machine. */
    readonly dataFolder: string;
  };
  /** Environment variables, a copy. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
