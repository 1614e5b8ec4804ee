import type { GoogleWorld } from './google-world.ts';
import { createHash } from 'node:crypto';
import { objectsAt, type JsonObject } from './json.ts';
import { createOperations, type Operations } from './operations.ts';
import { failureOf, type RevisionOutcome, type RevisionRecord } from './run-revisions.ts';
import { neededRevisions, trafficStatuses } from './run-traffic.ts';

export interface RunOptions {
  /** How long a write is reconciled, by the services' clock. Default 0. */
  readonly reconcileMs?: number;
  /** How often its operation or its service must be asked for before it is done. Default 1. */
  readonly reconcilePolls?: number;
  /** Where a service answers; with a tag, one revision of it. Default: a name under `run.example`. */
  readonly uri?: (service: string, tag: string | null) => string;
  /** Whether the organisation forbids that anyone may call a service. */
  readonly publicForbidden?: boolean;
}

export interface ServiceRecord {
  /** "projects/p/locations/l/services/s". */
  readonly name: string;
  readonly uid: string;
  readonly createTime: string;
  /** The caller's fields, with the defaults filled in. */
  wanted: JsonObject;
  generation: number;
  observedGeneration: number;
  /** Raised by whatever changes the answer: the etag is made of it. */
  version: number;
  updateTime: string;
  deleteTime: string | null;
  /** Traffic as it is served. */
  served: readonly JsonObject[];
  readonly revisions: RevisionRecord[];
  latestCreated: string;
  latestReady: string | null;
  /** Why the last write did not become what was wanted. */
  problem: { readonly message: string; readonly of: 'RoutesReady' | 'ConfigurationsReady' } | null;
  policy: { bindings: readonly JsonObject[]; version: number };
}

/** One line that a revision or its system wrote. */
export interface RevisionLog {
  readonly service: string;
  readonly revision: string;
  readonly severity: string;
  readonly text: string;
  readonly stream: 'stderr' | 'system';
}

/** What Cloud Run knows, and how a test says what images do. */
export interface RunState {
  /** By full name. */
  readonly services: Map<string, ServiceRecord>;
  /** By digest ("sha256:…") or by whole reference; what is not here becomes ready. */
  readonly outcomes: Map<string, RevisionOutcome>;
  /** Changed by a test while the server runs. */
  readonly options: { -readonly [K in keyof RunOptions]: RunOptions[K] };
}

export interface Run extends RunState {
  readonly world: GoogleWorld;
  readonly operations: Operations;
  readonly log: (entry: RevisionLog) => void;
  /** Whether an image is in its registry; null: that is not known. */
  readonly isImageThere: (reference: string) => boolean | null;
}

export function createRun(
  world: GoogleWorld,
  options: RunOptions,
  parts: Pick<Run, 'log' | 'isImageThere'>,
): Run {
  return {
    ...parts,
    world,
    options: { ...options },
    services: new Map(),
    outcomes: new Map(),
    operations: createOperations(world),
  };
}

export function shortName(name: string): string {
  return name.split('/').at(-1)!;
}

export function uriOf(run: Run, name: string, tag: string | null): string {
  const service = shortName(name);
  if (run.options.uri !== undefined) return run.options.uri(service, tag);
  const [, project, , location] = name.split('/');
  const hash = createHash('sha256').update(project!).digest('hex').slice(0, 10);
  const region = location!
    .split('-')
    .map((word) => word[0])
    .join('');
  return `https://${tag === null ? '' : `${tag}---`}${service}-${hash}-${region}.a.run.example`;
}

/** The etag stands for one state: every change, also by reconciling, makes another. */
export function etagOf({ name, version }: Pick<ServiceRecord, 'name' | 'version'>): string {
  return `"${Buffer.from(`${version}/${name}`).toString('base64url')}"`;
}

export function changed(run: Run, service: ServiceRecord): void {
  service.version += 1;
  service.updateTime = run.world.now().toISOString();
}

/** Whether a revision has traffic or a tag, as wanted or as served. */
export function isRouted(service: ServiceRecord, revision: string): boolean {
  return [...objectsAt(service.wanted, 'traffic'), ...service.served].some(
    (target) =>
      (target['revision'] ?? service.latestReady) === revision &&
      (Number(target['percent'] ?? 0) > 0 || target['tag'] !== undefined),
  );
}

/**
 * A revision turns out ready or failed. The latest ready one moves forward alone: to a revision that is ready and younger than the one
 * before (as in Knative's configuration reconciler).
 */
export function decideRevision(run: Run, service: ServiceRecord, revision: RevisionRecord): void {
  if (revision.result !== null) return;
  const failure = failureOf(revision);
  revision.result = { at: run.world.now().toISOString(), failure };
  const about = { service: service.name, revision: revision.name };
  for (const text of revision.outcome.logs ?? [])
    run.log({ ...about, severity: 'DEFAULT', text, stream: 'stderr' });
  for (const { severity, text } of failure?.logs ?? [])
    run.log({ ...about, severity, text, stream: 'system' });
  const before = service.revisions.find((one) => one.name === service.latestReady);
  if (failure === null && revision.ordinal > (before?.ordinal ?? 0)) service.latestReady = revision.name;
}

/** Serves what is wanted if every revision in it is ready; else what was served stays, and the name of the first that is not is given. */
export function serveTraffic(run: Run, service: ServiceRecord): string | null {
  const wanted = objectsAt(service.wanted, 'traffic');
  const needed = neededRevisions(wanted, service.latestReady ?? service.latestCreated);
  const missing = needed.find((name) => {
    const revision = service.revisions.find((one) => one.name === name);
    return revision === undefined || revision.result === null || revision.result.failure !== null;
  });
  if (missing !== undefined) return missing;
  service.served = trafficStatuses(wanted, service.latestReady, (tag) => uriOf(run, service.name, tag));
  return null;
}
