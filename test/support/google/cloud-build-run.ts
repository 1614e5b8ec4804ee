import { createHash } from 'node:crypto';
import {
  BUILD_TYPE,
  buildMessage,
  logsBucket,
  type BuildRecord,
  type CloudBuild,
} from './cloud-build-state.ts';
import { objectAt, objectsAt, textAt, textsAt, type JsonObject } from './json.ts';
import { Refusal } from './refusal.ts';

type Ended = { readonly response: JsonObject } | { readonly error: Refusal };

/** Ends a build as its outcome says: steps, images with their digests, log. */
export function finishBuild(cloud: CloudBuild, record: BuildRecord): Ended {
  if (record.status === 'CANCELLED')
    return { error: new Refusal('CANCELLED', `Build ${record.id} was cancelled.`) };
  const steps = objectsAt(record.build, 'steps');
  const { kind, step = steps.length - 1 } = record.outcome;
  const now = cloud.world.now().toISOString();
  record.startTime ??= record.createTime;
  record.finishTime = now;
  const span = { startTime: record.startTime, endTime: now };
  const failedStep = kind === 'failure' ? step : null;
  const stepsDone = steps.map((one, index) => ({
    ...one,
    status: stepStatus(kind, failedStep, index),
    timing: span,
  }));
  const problem = kind === 'success' ? pushAll(cloud, record) : problemOf(record, steps[step] ?? {}, step);
  record.status = problem?.status ?? 'SUCCESS';
  record.end = {
    ...(problem === null ? { results: resultsOf(record, steps, span) } : problem.more),
    steps: stepsDone,
    timing: { BUILD: span },
  };
  writeLog(cloud, record, problem?.detail ?? null);
  if (problem === null) return { response: { '@type': BUILD_TYPE, ...buildMessage(record) } };
  return { error: new Refusal(problem.code, problem.detail) };
}

interface BuildProblem {
  readonly status: 'FAILURE' | 'TIMEOUT' | 'INTERNAL_ERROR';
  readonly code: 'UNKNOWN' | 'DEADLINE_EXCEEDED' | 'INTERNAL' | 'PERMISSION_DENIED';
  readonly detail: string;
  readonly more: JsonObject;
}

function stepStatus(kind: string, failed: number | null, index: number): string {
  if (failed === null) return kind === 'timeout' || kind === 'internal-error' ? 'TIMEOUT' : 'SUCCESS';
  return index < failed ? 'SUCCESS' : index === failed ? 'FAILURE' : 'QUEUED';
}

function problemOf({ outcome, build }: BuildRecord, step: JsonObject, index: number): BuildProblem {
  const failure = (type: string, detail: string): BuildProblem => ({
    status: 'FAILURE',
    code: type.startsWith('PUSH') ? 'PERMISSION_DENIED' : 'UNKNOWN',
    detail,
    more: { statusDetail: detail, failureInfo: { type, detail } },
  });
  if (outcome.kind === 'timeout') {
    const detail = `build exceeded its timeout of ${textAt(build, 'timeout') || '3600s'}`;
    return { status: 'TIMEOUT', code: 'DEADLINE_EXCEEDED', detail, more: { statusDetail: detail } };
  }
  if (outcome.kind === 'internal-error') {
    const detail = 'build failed because of an internal error';
    return { status: 'INTERNAL_ERROR', code: 'INTERNAL', detail, more: { statusDetail: detail } };
  }
  if (outcome.kind === 'push-refused')
    return failure(
      'PUSH_NOT_AUTHORIZED',
      `failed to push because we ran out of retries: denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource`,
    );
  return failure(
    'USER_BUILD_STEP',
    `Build step failure: build step ${index} "${textAt(step, 'name')}" failed: step exited with non-zero status: 1`,
  );
}

export function digestOf({ outcome, build }: BuildRecord, image: string): string {
  const text = JSON.stringify([build['source'], build['substitutions'], image]);
  return outcome.digest ?? `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Images go into the registry where it has their repository; with repositories there, one that is missing fails the build. */
function pushAll(cloud: CloudBuild, record: BuildRecord): BuildProblem | null {
  for (const image of textsAt(record.build, 'images')) {
    const location = /^([a-z0-9-]+)-docker\./.exec(image)?.[1] ?? record.location;
    if (
      cloud.registry.push(location, image, digestOf(record, image)) ||
      cloud.registry.repositories.size === 0
    )
      continue;
    const detail = `failed to push ${image}: name unknown: Repository not found`;
    return {
      status: 'FAILURE',
      code: 'UNKNOWN',
      detail,
      more: { statusDetail: detail, failureInfo: { type: 'PUSH_FAILED', detail } },
    };
  }
  return null;
}

function resultsOf(record: BuildRecord, steps: readonly JsonObject[], span: JsonObject): JsonObject {
  return {
    images: textsAt(record.build, 'images').map((name) => ({
      name,
      digest: digestOf(record, name),
      pushTiming: span,
    })),
    buildStepImages: steps.map(() => `sha256:${'0'.repeat(64)}`),
  };
}

function writeLog(cloud: CloudBuild, record: BuildRecord, problem: string | null): void {
  const lines = [
    `starting build "${record.id}"`,
    ...(record.outcome.logs ??
      objectsAt(record.build, 'steps').map(
        (step, index) => `Step #${index}: ${textsAt(step, 'args').join(' ')}`,
      )),
    problem === null ? 'PUSH\nDONE' : `ERROR: ${problem}`,
  ];
  const mode = objectAt(record.build, 'options')['logging'];
  const bucket = logsBucket(record);
  if (bucket !== null) {
    if (!cloud.storage.buckets.has(bucket))
      cloud.storage.buckets.set(bucket, { project: record.project, location: 'US', objects: new Map() });
    cloud.storage.put(bucket, `log-${record.id}.txt`, Buffer.from(`${lines.join('\n')}\n`), 'text/plain');
  }
  if (mode === 'GCS_ONLY' || mode === 'NONE') return;
  for (const line of lines) cloud.logging.addBuildLog(record.project, record.id, line);
}
