import { createHash } from 'node:crypto';
import type { protos } from '@google-cloud/cloudbuild';
import type { Answer, BuildRequest } from '../../deployment/platform.ts';
import type { Cloud } from './cloud.ts';
import { andThen, asked, done, isDone, ONCE, read } from './google-call.ts';
import { refused } from './google-failure.ts';
import { logLines } from './revision-logs.ts';
import type { UploadedSource } from './source-upload.ts';

export type CloudBuild = protos.google.devtools.cloudbuild.v1.IBuild;

const POLL_MS = 2000;
const MOST_LINES = 500;
const MOST_KEPT = 60;
const AT_WORK = new Set<unknown>(['STATUS_UNKNOWN', 'PENDING', 'QUEUED', 'WORKING', 0, 10, 1, 2]);
const SUCCEEDED = new Set<unknown>(['SUCCESS', 3]);
/** Ended by something else than what it was to do: it may be begun anew. */
const BROKEN_OFF = new Set<unknown>(['INTERNAL_ERROR', 'CANCELLED', 'EXPIRED', 5, 7, 9]);

export interface FinishedBuild {
  readonly build: CloudBuild;
  readonly lines: readonly string[];
}

/**
 * Has a build done once for a key: one that was submitted under it is followed, whatever became of who submitted it. The lines of its
 * log are told as they come.
 */
export async function runCloudBuild(
  cloud: Cloud,
  project: string,
  request: BuildRequest,
  build: Readonly<Record<string, unknown>>,
  source: UploadedSource,
  told: (line: string) => void,
): Promise<Answer<FinishedBuild>> {
  const tag = keyTag(request.key);
  return andThen(await submitted(cloud, project, tag), async (earlier) => {
    if (earlier !== null && !BROKEN_OFF.has(earlier.status))
      return follow(cloud, project, request, earlier, told);
    const sent = await submit(cloud, project, wireBuild(build, tag, source));
    if (sent.kind !== 'done' && sent.kind !== 'unreachable') return sent;
    const found = await submitted(cloud, project, tag);
    if (!isDone(found)) return found;
    if (found.value === null || found.value.id === earlier?.id)
      return sent.kind === 'unreachable'
        ? sent
        : { kind: 'unreachable', why: 'Cloud Build does not list the build yet' };
    return follow(cloud, project, request, found.value, told);
  });
}

/** Tags have letters, digits, "_", "-" and "." alone. */
export function keyTag(key: string): string {
  return `fettle-${createHash('sha256').update(key).digest('hex').slice(0, 24)}`;
}

/** The last build under the key. */
async function submitted(cloud: Cloud, project: string, tag: string): Promise<Answer<CloudBuild | null>> {
  const answer = await read(cloud.world, async () => {
    const request = { projectId: project, filter: `tags="${tag}"`, pageSize: 10 };
    const [builds] = await (
      await cloud.clients.builds()
    ).listBuilds(request, { ...ONCE, autoPaginate: false });
    return builds;
  });
  return andThen(answer, ([youngest]) => done(youngest ?? null));
}

function submit(cloud: Cloud, project: string, build: CloudBuild): Promise<Answer<unknown>> {
  return asked(cloud.world, async () =>
    (await cloud.clients.builds()).createBuild({ projectId: project, build }, ONCE),
  );
}

/** The file's build as the client takes it: durations are messages there ("1800s" in the file). */
export function wireBuild(
  build: Readonly<Record<string, unknown>>,
  tag: string,
  source: UploadedSource,
): CloudBuild {
  const { steps, tags, timeout, queueTtl, ...rest } = build as {
    readonly steps: readonly Readonly<Record<string, unknown>>[];
    readonly tags?: readonly string[];
    readonly timeout?: string;
    readonly queueTtl?: string;
  };
  return {
    ...rest,
    ...(timeout === undefined ? {} : { timeout: durationOf(timeout) }),
    ...(queueTtl === undefined ? {} : { queueTtl: durationOf(queueTtl) }),
    steps: steps.map((step) =>
      typeof step['timeout'] === 'string' ? { ...step, timeout: durationOf(step['timeout']) } : step,
    ),
    tags: [...(tags ?? []), 'fettle', tag],
    source: { storageSource: source },
  };
}

function durationOf(text: string): { readonly seconds: number } {
  return { seconds: Math.ceil(Number.parseFloat(text)) || 600 };
}

async function follow(
  cloud: Cloud,
  project: string,
  request: BuildRequest,
  begun: CloudBuild,
  told: (line: string) => void,
): Promise<Answer<FinishedBuild>> {
  const until = cloud.world.clock.now().getTime() + request.timeMs;
  const log = followedLog(cloud, project, begun.id ?? '', told);
  for (;;) {
    const answer = await read(cloud.world, async () => {
      const [build] = await (
        await cloud.clients.builds()
      ).getBuild({ projectId: project, id: begun.id ?? '' }, ONCE);
      return build;
    });
    if (!isDone(answer)) return answer;
    await log.more();
    if (!AT_WORK.has(answer.value.status)) return ended(answer.value, log.lines());
    if (cloud.world.clock.now().getTime() >= until) return outOfTime(cloud, project, begun, request.timeMs);
    await cloud.world.clock.sleep(POLL_MS);
  }
}

async function outOfTime(
  cloud: Cloud,
  project: string,
  { id, logUrl }: CloudBuild,
  timeMs: number,
): Promise<Answer<FinishedBuild>> {
  await asked(cloud.world, async () =>
    (await cloud.clients.builds()).cancelBuild({ projectId: project, id: id ?? '' }, ONCE),
  );
  return refused(
    'build-failed',
    `the build did not end in ${Math.round(timeMs / 1000)} s, and was cancelled`,
    `give it more time (\`build\` under the stage's deadlines); its log: ${logUrl ?? 'not kept'}`,
  );
}

function ended(build: CloudBuild, lines: readonly string[]): Answer<FinishedBuild> {
  if (SUCCEEDED.has(build.status)) return done({ build, lines });
  const detail = build.failureInfo?.detail || build.statusDetail || `it ended with ${String(build.status)}`;
  const last = lines.slice(-10).join('\n');
  return refused(
    'build-failed',
    `Cloud Build: ${detail}${last === '' ? '' : `\n${last}`}`,
    `mend what the lines name; the whole log: ${build.logUrl ?? 'not kept'}`,
  );
}

/** New lines of a build's log. What cannot be read of it does not end the build. */
function followedLog(
  cloud: Cloud,
  project: string,
  id: string,
  told: (line: string) => void,
): { more(): Promise<void>; lines(): readonly string[] } {
  const seen = new Set<string>();
  const kept: string[] = [];
  let since: string | null = null;
  return {
    lines: () => kept,
    more: async () => {
      const filter = [
        'resource.type="build"',
        `resource.labels.build_id="${id}"`,
        ...(since === null ? [] : [`timestamp>="${since}"`]),
      ].join(' AND ');
      const answer = await logLines(cloud, project, filter, MOST_LINES, 'oldest');
      if (!isDone(answer)) return;
      for (const line of answer.value) {
        if (line.id !== '' && seen.has(line.id)) continue;
        seen.add(line.id);
        since = line.at ?? since;
        kept.push(line.text);
        if (kept.length > MOST_KEPT) kept.shift();
        told(line.text);
      }
    },
  };
}
