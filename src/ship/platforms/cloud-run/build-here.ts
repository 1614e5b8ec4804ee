import { unpackTar } from '../../../io/unpack-tar.ts';
import { nodeWorkplace } from '../../../io/workplace.ts';
import { buildImage } from '../../../prove/images/build-image.ts';
import { findBuilder, imageStoreFolder } from '../../../prove/images/builder.ts';
import type { Builder } from '../../../prove/images/builder.ts';
import type { ImageBuild } from '../../../prove/images/image-build.ts';
import { removeImage } from '../../../prove/images/use-store.ts';
import type { Answer, BuildRequest, Built } from '../../deployment/platform.ts';
import type { Cloud } from './cloud.ts';
import { andThen, done } from './google-call.ts';
import { refused } from './google-failure.ts';
import { bareName } from './image-names.ts';
import type { ImageName } from './image-names.ts';
import { pushImage } from './push-image.ts';

/** Builds by this machine's own builder, and pushes what came of it: another worker's next step finds it in the registry. */
export async function buildHere(
  cloud: Cloud,
  request: BuildRequest,
  image: ImageName,
  told: (line: string) => void,
): Promise<Answer<Built>> {
  const { world } = cloud;
  const store = imageStoreFolder(world);
  const builder = store === null ? null : await findBuilder(world, store);
  if (builder === null || 'why' in builder)
    return refused(
      'no-builder',
      builder?.why ?? 'no tools are run here',
      builder?.hint ?? 'use builder = "cloud-build"',
    );
  if (request.dockerfile === null)
    return refused('invalid', 'there is no Dockerfile', 'write one: Cloud Run takes images alone');
  const folder = await nodeWorkplace.openFolder();
  try {
    const problem = await unpackTar(request.context, folder.path);
    if (problem !== null) return refused('invalid', problem.message, 'ask for the rollout again');
    const build = await buildImage(imageRequest(request, request.dockerfile, folder.path), builder, world);
    for (const line of build.log.split('\n')) told(line);
    return await pushed(cloud, builder, build, image);
  } finally {
    await folder.remove();
  }
}

function imageRequest(
  request: BuildRequest,
  dockerfile: string,
  context: string,
): Parameters<typeof buildImage>[0] {
  return {
    context,
    dockerfile,
    replaced: new Map(),
    buildArgs: {},
    target: null,
    name: request.settings.service,
    offline: false,
    timeMs: request.timeMs,
  };
}

async function pushed(
  cloud: Cloud,
  builder: Builder,
  build: ImageBuild,
  image: ImageName,
): Promise<Answer<Built>> {
  if (build.kind === 'unknown') return { kind: 'unreachable', why: build.why };
  if (build.kind === 'failed') {
    const at = build.at === null ? '' : ` at ${build.at.file}:${build.at.line} (${build.at.text})`;
    return refused(
      'build-failed',
      `the build failed${at}\n${build.lastLines.join('\n')}`,
      'mend what the lines name',
    );
  }
  try {
    return await andThen(await pushImage(cloud, builder, build.image.reference, image), (digest) =>
      done({
        artifact: { digest, reference: `${bareName(image)}@${digest}` },
        check: { ...build.check, digests: { ...build.check.digests, pushed: digest } },
        notes: build.notes,
      }),
    );
  } finally {
    await removeImage(build.image.reference, builder, cloud.world);
  }
}
