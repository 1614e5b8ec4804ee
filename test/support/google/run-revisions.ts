import { objectAt, objectsAt, textAt, numberAt, type JsonObject } from './json.ts';
import { Refusal, type GoogleStatus } from './refusal.ts';

/** What becomes of a revision whose first container has a certain image. */
export interface RevisionOutcome {
  readonly kind:
    | 'ready'
    | 'wrong-port'
    | 'crash'
    | 'out-of-memory'
    | 'too-slow'
    | 'image-not-found'
    | 'permission'
    | 'secret'
    | 'quota'
    | 'internal';
  /** Until it is known, besides the time that the service takes itself. Default 0. */
  readonly afterMs?: number;
  /** What the container prints before. */
  readonly logs?: readonly string[];
}

/** A revision as it was made; its template never changes. */
export interface RevisionRecord {
  readonly name: string;
  /** "projects/p/locations/l/services/s". */
  readonly service: string;
  readonly template: JsonObject;
  readonly uid: string;
  readonly createTime: string;
  /** Position in the order of making, from 1. */
  readonly ordinal: number;
  readonly outcome: RevisionOutcome;
  /** Null: it is not known yet. */
  result: { readonly at: string; readonly failure: RevisionFailure | null } | null;
}

export interface RevisionFailure {
  readonly status: GoogleStatus;
  readonly message: string;
  readonly reason: { readonly reason: string } | { readonly revisionReason: string };
  /** What the system writes to the revision's log beside what the container prints. */
  readonly logs: readonly { readonly severity: string; readonly text: string }[];
}

export function portOf(template: JsonObject): number {
  return (
    numberAt(objectsAt(objectsAt(template, 'containers')[0] ?? {}, 'ports')[0] ?? {}, 'containerPort') ?? 8080
  );
}

export function imageOf(template: JsonObject): string {
  return textAt(objectsAt(template, 'containers')[0] ?? {}, 'image');
}

/** Null: it becomes ready. */
export function failureOf(revision: RevisionRecord): RevisionFailure | null {
  const image = imageOf(revision.template);
  const unhealthy = (...texts: readonly string[]): RevisionFailure => ({
    status: 'FAILED_PRECONDITION',
    message: `The user-provided container failed to start and listen on the port defined provided by the PORT=${portOf(revision.template)} environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended. Logs for this revision might contain more information.`,
    reason: { revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR' },
    logs: texts.map((text) => ({ severity: 'ERROR', text })),
  });
  const failed = (status: GoogleStatus, reason: string, message: string): RevisionFailure => ({
    status,
    message,
    reason: { reason },
    logs: [],
  });
  switch (revision.outcome.kind) {
    case 'ready':
      return null;
    case 'wrong-port':
      return unhealthy(probeFailed(revision, 'CANCELLED'));
    case 'too-slow':
      return unhealthy(probeFailed(revision, 'DEADLINE_EXCEEDED'));
    case 'crash':
      return unhealthy('Container called exit(1).', probeFailed(revision, 'CANCELLED'));
    case 'out-of-memory':
      return unhealthy(outOfMemory(revision.template), probeFailed(revision, 'CANCELLED'));
    case 'image-not-found':
      return failed('NOT_FOUND', 'CONTAINER_MISSING', `Image '${image}' not found.`);
    case 'permission':
      return failed(
        'PERMISSION_DENIED',
        'CONTAINER_IMAGE_UNAUTHORIZED',
        `Google Cloud Run Service Agent service-1@serverless-robot-prod.iam.gserviceaccount.example must have permission to read the image, ${image}. Ensure that the provided container image URL is correct and that the above account has permission to access the image.`,
      );
    case 'secret':
      return failed(
        'PERMISSION_DENIED',
        'SECRETS_ACCESS_CHECK_FAILED',
        `Permission denied on secret for Revision service account ${textAt(revision.template, 'serviceAccount')}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`,
      );
    case 'quota':
      return failed(
        'RESOURCE_EXHAUSTED',
        'UNKNOWN',
        'Quota exceeded for total allowable CPU per project per region.',
      );
    case 'internal':
      return failed('INTERNAL', 'INTERNAL', 'An internal error has occurred. Please retry.');
  }
}

function probeFailed({ template }: RevisionRecord, status: string): string {
  const probe = objectAt(objectsAt(template, 'containers')[0] ?? {}, 'startupProbe');
  const kind = probe['httpGet'] === undefined ? 'TCP' : 'HTTP';
  return `STARTUP ${kind} probe failed 1 time consecutively for container "app-1" on port ${portOf(template)}. The instance was not started.\nConnection failed with status ${status}.`;
}

function outOfMemory(template: JsonObject): string {
  const limit = objectAt(objectAt(objectsAt(template, 'containers')[0] ?? {}, 'resources'), 'limits')[
    'memory'
  ];
  const told = typeof limit === 'string' ? limit.replace(/i$/, 'iB') : '512 MiB';
  return `Memory limit of ${told} exceeded. Consider increasing the memory limit, see the documentation on configuring memory limits.`;
}

/** The error of the operation that waited for the revision. */
export function revisionRefusal(revision: RevisionRecord, failure: RevisionFailure): Refusal {
  const isHealth = 'revisionReason' in failure.reason;
  const message = isHealth
    ? `Revision '${revision.name}' is not ready and cannot serve traffic. ${failure.message}`
    : failure.message;
  return new Refusal(failure.status, message);
}

/** The resource as it is answered. */
export function revisionMessage(revision: RevisionRecord, isServing: boolean): JsonObject {
  const { revision: _name, healthCheckDisabled: _disabled, ...template } = revision.template;
  return {
    ...template,
    name: `${revision.service}/revisions/${revision.name}`,
    uid: revision.uid,
    generation: '1',
    observedGeneration: revision.result === null ? '0' : '1',
    createTime: revision.createTime,
    updateTime: revision.result?.at ?? revision.createTime,
    service: revision.service.split('/').at(-1),
    reconciling: revision.result === null,
    conditions: conditions(revision, isServing),
    etag: `"${Buffer.from(`${revision.uid}/${revision.result === null ? 1 : 2}`).toString('base64url')}"`,
  };
}

function conditions({ result, createTime }: RevisionRecord, isServing: boolean): readonly JsonObject[] {
  const failure = result?.failure ?? null;
  const state =
    result === null ? 'CONDITION_RECONCILING' : failure === null ? 'CONDITION_SUCCEEDED' : 'CONDITION_FAILED';
  const lastTransitionTime = result?.at ?? createTime;
  const isHealth = failure !== null && 'revisionReason' in failure.reason;
  const told = failure === null ? {} : { message: failure.message, ...failure.reason };
  return [
    { type: 'Ready', state, lastTransitionTime, ...told },
    {
      type: 'Active',
      state: isServing ? 'CONDITION_SUCCEEDED' : 'CONDITION_RECONCILING',
      severity: 'INFO',
      lastTransitionTime,
      ...(isServing
        ? {}
        : { revisionReason: 'RESERVE', message: 'Revision is not part of any traffic configuration.' }),
    },
    {
      type: 'ResourcesAvailable',
      state:
        failure !== null && !isHealth ? 'CONDITION_FAILED' : result === null ? state : 'CONDITION_SUCCEEDED',
      lastTransitionTime,
      ...(failure !== null && !isHealth ? told : {}),
    },
    { type: 'ContainerHealthy', state, lastTransitionTime, ...(isHealth ? told : {}) },
  ];
}
