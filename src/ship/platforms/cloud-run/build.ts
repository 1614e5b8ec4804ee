import { readTarMembers } from '../../../io/archive-tar.ts';
import { isArchiveProblem } from '../../../io/archive.ts';
import type { Check } from '../../../domain/check.ts';
import type { Answer, Artifact, BuildRequest, Built } from '../../deployment/platform.ts';
import { readBuildFile } from './build-file.ts';
import { buildHere } from './build-here.ts';
import { dockerfilePlan, planOf } from './build-plan.ts';
import type { BuildPlan } from './build-plan.ts';
import type { Cloud } from './cloud.ts';
import { keyTag, runCloudBuild } from './cloud-build.ts';
import type { FinishedBuild } from './cloud-build.ts';
import { errorText } from './error-text.ts';
import { findImage } from './find-image.ts';
import { andThen, done } from './google-call.ts';
import { refused } from './google-failure.ts';
import { bareName, parseImage, parseRepository } from './image-names.ts';
import type { ImageName } from './image-names.ts';
import { uploadSource } from './source-upload.ts';

/** An image of the snapshot in the registry, built once for a key, by Cloud Build or here. */
export async function buildArtifact(
  cloud: Cloud,
  request: BuildRequest,
  told: (line: string) => void,
): Promise<Answer<Built>> {
  const own = ownImage(request);
  if (own !== null) {
    const earlier = await findImage(cloud, own);
    if (earlier.kind === 'done' && earlier.value !== null)
      return done({ artifact: artifactOf(own, earlier.value), check: null, notes: ['it was built before'] });
  }
  if (request.settings.cloudRun.builder === 'here')
    return own === null ? noRepository() : buildHere(cloud, request, own, told);
  return buildInCloud(cloud, request, own, told);
}

/** The image under a tag that only this key has; null: the build file names its own. */
function ownImage({ key, settings }: BuildRequest): ImageName | null {
  const { repository, buildFile, builder } = settings.cloudRun;
  if (repository === null || (buildFile !== null && builder === 'cloud-build')) return null;
  const place = parseRepository(`${repository}/${settings.service}`);
  return place === null ? null : { ...place, tag: keyTag(key) };
}

async function buildInCloud(
  cloud: Cloud,
  request: BuildRequest,
  own: ImageName | null,
  told: (line: string) => void,
): Promise<Answer<Built>> {
  const project = request.settings.cloudRun.project ?? request.settings.stages[0]?.project ?? null;
  if (project === null)
    return refused('invalid', 'no project is named to build in', 'set `project` under [deploy.cloud-run]');
  return andThen(await planned(request, own, cloud), async (plan) => {
    for (const note of plan.notes) told(note);
    const startedAt = cloud.world.clock.now();
    return andThen(await uploadSource(cloud, project, request.context), async (source) =>
      andThen(await runCloudBuild(cloud, project, request, plan.build, source, told), (finished) =>
        builtOf(cloud, plan, finished, startedAt),
      ),
    );
  });
}

async function planned(
  request: BuildRequest,
  own: ImageName | null,
  { world }: Cloud,
): Promise<Answer<BuildPlan>> {
  const { buildFile } = request.settings.cloudRun;
  if (buildFile === null) {
    if (own === null) return noRepository();
    if (request.dockerfile === null)
      return refused('invalid', 'there is neither a Dockerfile nor a build file', 'write a Dockerfile');
    return done(dockerfilePlan(request.dockerfile, `${bareName(own)}:${own.tag}`));
  }
  const members = await readTarMembers(request.context, (name) => name === buildFile.replace(/^\.\//, ''));
  if (isArchiveProblem(members)) return refused('invalid', members.message, 'ask for the rollout again');
  const [bytes] = members.values();
  if (bytes === undefined)
    return refused(
      'missing',
      `there is no ${buildFile} in the snapshot`,
      'mend `build-file` under [deploy.cloud-run]',
    );
  try {
    return done(planOf(readBuildFile(new TextDecoder().decode(bytes), buildFile), request.settings));
  } catch (error) {
    return refusedFile(error, world.environment);
  }
}

function refusedFile(error: unknown, environment: Parameters<typeof errorText>[1]): Answer<never> {
  const { why, hint } = errorText(error, environment);
  return refused('invalid', why, hint);
}

/** The digest from the build's own results, else of what its steps pushed. */
async function builtOf(
  cloud: Cloud,
  plan: BuildPlan,
  { build, lines }: FinishedBuild,
  startedAt: Date,
): Promise<Answer<Built>> {
  const pushed = build.results?.images ?? [];
  const mine =
    pushed.find(({ name }) => name === plan.image) ?? (plan.image === null ? pushed[0] : undefined);
  const image = parseImage(mine?.name ?? plan.image ?? '');
  if (image === null)
    return refused(
      'missing',
      'which image the build pushed cannot be told',
      'name it under `images` of the build file',
    );
  const found = mine?.digest ? done(mine.digest) : await findImage(cloud, image);
  return andThen(found, (digest) => {
    if (digest === null)
      return refused(
        'missing',
        `the build ended well, and ${mine?.name ?? plan.image} is in no registry`,
        'have a step push it',
      );
    const artifact = artifactOf(image, digest);
    return done({ artifact, check: checkOf(cloud, build, lines, digest, startedAt), notes: plan.notes });
  });
}

function checkOf(
  { world }: Cloud,
  build: FinishedBuild['build'],
  lines: readonly string[],
  digest: string,
  startedAt: Date,
): Check {
  const steps = (build.steps ?? []).map(({ name }) => name ?? '');
  return {
    command: [],
    exitCode: 0,
    startedAt: startedAt.toISOString(),
    durationMs: world.clock.now().getTime() - startedAt.getTime(),
    versions: { 'Cloud Build': build.id ?? '', steps: [...new Set(steps)].join(', ') },
    digests: { image: digest },
    limits: [],
    output: lines.slice(-20).join('\n'),
  };
}

function artifactOf(image: ImageName, digest: string): Artifact {
  return { digest, reference: `${bareName(image)}@${digest}` };
}

function noRepository(): Answer<never> {
  return refused('invalid', 'no repository is named to push to', 'set `repository` under [deploy.cloud-run]');
}

/** Whether what was built, or was named by its digest, is in the registry. */
export async function ensurePushed(cloud: Cloud, artifact: Artifact): Promise<Answer<Artifact>> {
  const image = parseImage(artifact.reference);
  if (image === null || image.digest === null)
    return refused(
      'invalid',
      `${artifact.reference} is no image by its digest`,
      'name it as host/path@sha256:…',
    );
  return andThen(await findImage(cloud, image), (digest) =>
    digest === null
      ? refused('missing', `${artifact.reference} is not in its registry`, 'build it again: deploy anew')
      : done(artifact),
  );
}
