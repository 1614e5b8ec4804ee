import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { UserFacingError } from '../../domain/errors.ts';
import type { ProcessResult } from '../../io/process.ts';
import { nodeWorkplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import { baseImages } from './base-images.ts';
import { buildCommand, mountsFor, proxiesOf } from './build-arguments.ts';
import type { BuildPlaces } from './build-arguments.ts';
import { copyContext, ignoreFileOf } from './build-context.ts';
import { failedInstruction, lastLines, outsideReason } from './build-verdict.ts';
import type { Builder } from './builder.ts';
import { builderEnvironment } from './builder-environment.ts';
import { dockerfileForBuild } from './dockerfile-for-build.ts';
import type { DockerfileForBuild } from './dockerfile-for-build.ts';
import { handedIn } from './handed-in.ts';
import type { HandedIn } from './handed-in.ts';
import type { ImageBuild, ImageRequest } from './image-build.ts';
import { keptLog } from './kept-log.ts';
import { masked, secretsOf } from './mask-secrets.ts';
import { withStore } from './use-store.ts';

const MAX_OUTPUT = 4 << 20;

/**
 * Builds a Dockerfile with its context, as it will be after edits, by a real builder. The project is never written: edits are laid over
 * a copy. Nothing is pushed anywhere.
 */
export async function buildImage(request: ImageRequest, builder: Builder, world: World): Promise<ImageBuild> {
  const folder = await nodeWorkplace.openFolder();
  try {
    return await withStore(builder, world, () => build(request, builder, world, folder.path));
  } finally {
    await folder.remove();
  }
}

async function build(
  request: ImageRequest,
  builder: Builder,
  world: World,
  folder: string,
): Promise<ImageBuild> {
  const handed = await handedIn(world);
  const text = await dockerfileText(request, world);
  const dockerfile = dockerfileForBuild(text, [...handed.variables.keys()], mountsFor(builder, handed));
  const reference = `localhost/fettle/${imageName(request.name)}:${randomUUID().slice(0, 8)}`;
  const startedAt = world.clock.now().toISOString();
  const environment = {
    ...builderEnvironment(world),
    ...Object.fromEntries(handed.variables),
    ...request.buildArgs,
  };
  const secrets = secretsOf(world, request.buildArgs);
  const told = (
    result: ProcessResult | null,
    said: string,
    command: readonly string[],
    digests: Readonly<Record<string, string>> = {},
  ) => ({
    check: {
      command: command.map((word) => masked(word, secrets)),
      exitCode: result?.exitCode ?? null,
      startedAt,
      durationMs: Math.round(result?.durationMs ?? 0),
      versions: builder.versions,
      digests,
      limits: [
        `${Math.round(request.timeMs / 1000)} s`,
        ...(request.offline ? ['no base image is fetched'] : []),
      ],
      output: lastLines(said).join('\n'),
    },
    log: keptLog(said),
    notes: handed.notes,
  });
  let places: BuildPlaces;
  try {
    places = await prepare(request, dockerfile, handed, folder);
  } catch (error) {
    if (!isFull(error)) throw error;
    return {
      ...told(null, '', []),
      kind: 'unknown',
      why: 'there is no space left on the disk',
      hint: 'free some space, and run it again',
    };
  }
  const command = buildCommand(builder, request, reference, places, handed, proxiesOf(environment));
  const result = await world.processes.run({
    ...{
      command,
      environment,
      cwd: folder,
      timeoutMs: request.timeMs,
      maxOutputBytes: MAX_OUTPUT,
      keepsEnd: true,
    },
  });
  // buildah and podman print steps on one stream and what goes wrong on the other.
  const said = masked(`${result.stdout}\n${result.stderr}`, secrets);
  if (result.exitCode === 0) {
    const digest = (await readFile(places.digestFile, 'utf8')).trim();
    const bases = await baseImages(builder, world, said);
    const digests = {
      image: digest,
      ...Object.fromEntries(
        bases.flatMap((base) => (base.digest === null ? [] : [[base.name, base.digest]])),
      ),
    };
    return { ...told(result, said, command, digests), kind: 'built', image: { reference, digest, bases } };
  }
  const ran = told(result, said, command);
  if (result.timedOut)
    return {
      ...ran,
      kind: 'unknown',
      why: `the build did not end in ${Math.round(request.timeMs / 1000)} seconds`,
      hint: 'give it more time',
    };
  const at = failedInstruction(said, dockerfile);
  const outside = outsideReason(said, at);
  if (outside !== null) return { ...ran, kind: 'unknown', ...outside };
  return {
    ...ran,
    kind: 'failed',
    at: at === null ? null : { file: request.dockerfile, line: at.line, text: at.text },
    lastLines: lastLines(said),
  };
}

async function dockerfileText(request: ImageRequest, world: World): Promise<string> {
  const path = resolve(request.context, request.dockerfile);
  const bytes = request.replaced.get(request.dockerfile) ?? (await world.files.read(path, 1 << 20));
  if (bytes === null) throw new UserFacingError('invalid-file', `there is no Dockerfile at ${path}`);
  return new TextDecoder().decode(bytes);
}

/** Everything that the builder reads and that is not the project's own, in a folder of its own. */
async function prepare(
  request: ImageRequest,
  dockerfile: DockerfileForBuild,
  handed: HandedIn,
  folder: string,
): Promise<BuildPlaces> {
  const given = join(folder, 'given');
  await mkdir(given, { recursive: true });
  await Promise.all(
    [...handed.files].map(([name, text]) => writeFile(join(given, name), text, { mode: 0o644 })),
  );
  const file = join(folder, basename(request.dockerfile));
  await writeFile(file, dockerfile.text);
  const ignore = await ignoreFileOf(resolve(request.context, request.dockerfile));
  if (ignore !== null) await writeFile(join(folder, ignore.name), ignore.text);
  const context = request.replaced.size === 0 ? request.context : join(folder, 'context');
  if (request.replaced.size > 0) await copyContext(request.context, request.replaced, context);
  return {
    context,
    dockerfile: file,
    ignoreFile: ignore === null ? null : join(folder, ignore.name),
    handedIn: handed.files.size === 0 ? null : given,
    digestFile: join(folder, 'digest'),
  };
}

/** Letters that a repository's name may have (distribution specification). */
function imageName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'image'
  );
}

function isFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
