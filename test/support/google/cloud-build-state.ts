import type { RegistryState } from './artifact-registry.ts';
import type { GoogleWorld } from './google-world.ts';
import type { JsonObject } from './json.ts';
import type { LoggingState } from './logging.ts';
import { createOperations, type Operations } from './operations.ts';
import type { StorageState } from './storage.ts';

export interface BuildOptions {
  /** How long a build takes by the services' clock. Default 0. */
  readonly buildMs?: number;
  /** How often it or its operation must be asked for before it is done. Default 1. */
  readonly buildPolls?: number;
}

/** How the next build ends. */
export interface BuildOutcome {
  readonly kind: 'success' | 'failure' | 'timeout' | 'internal-error' | 'push-refused';
  /** Of the image that is pushed. Default: of the source and the image's name. */
  readonly digest?: string;
  /** The step that fails. Default: the last. */
  readonly step?: number;
  /** What the steps print. */
  readonly logs?: readonly string[];
}

export interface BuildRecord {
  /** As it was sent, with its keys replaced. */
  readonly build: JsonObject;
  readonly id: string;
  readonly project: string;
  readonly location: string;
  readonly createTime: string;
  readonly outcome: BuildOutcome;
  status: string;
  startTime: string | null;
  finishTime: string | null;
  /** What the end adds to the answer: results, timing, failure. */
  end: JsonObject;
}

export interface BuildState {
  readonly builds: BuildRecord[];
  /** Taken by builds in the order of their coming; where there is none, a build succeeds. */
  readonly outcomes: BuildOutcome[];
  readonly options: { -readonly [K in keyof BuildOptions]: BuildOptions[K] };
}

export interface CloudBuild extends BuildState {
  readonly world: GoogleWorld;
  readonly operations: Operations;
  readonly storage: StorageState;
  readonly registry: RegistryState;
  readonly logging: LoggingState;
}

export function createCloudBuild(
  world: GoogleWorld,
  options: BuildOptions,
  parts: Pick<CloudBuild, 'storage' | 'registry' | 'logging'>,
): CloudBuild {
  return {
    ...parts,
    world,
    options: { ...options },
    builds: [],
    outcomes: [],
    operations: createOperations(world),
  };
}

export const BUILD_TYPE = 'type.googleapis.com/google.devtools.cloudbuild.v1.Build';

/** The resource as it is answered. */
export function buildMessage(record: BuildRecord): JsonObject {
  const { build, id, project, location, status, createTime, startTime, finishTime, end } = record;
  return {
    timeout: '3600s',
    queueTtl: '3600s',
    ...build,
    name: `projects/${project}/locations/${location}/builds/${id}`,
    id,
    projectId: project,
    status,
    createTime,
    startTime,
    finishTime,
    logUrl: `https://console.example/cloud-build/builds;region=${location}/${id}?project=${project}`,
    logsBucket: logsBucket(record),
    ...end,
  };
}

/** Null: the log is not kept in Cloud Storage. */
export function logsBucket({ build, project }: Pick<BuildRecord, 'build' | 'project'>): string | null {
  const mode = (build['options'] as JsonObject | undefined)?.['logging'];
  if (mode === 'CLOUD_LOGGING_ONLY' || mode === 'STACKDRIVER_ONLY' || mode === 'NONE') return null;
  return typeof build['logsBucket'] === 'string'
    ? build['logsBucket'].replace('gs://', '')
    : `${project}.cloudbuild-logs`;
}
