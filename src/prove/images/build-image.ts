import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { UserFacingError } from '../../domain/errors.ts';
import { masked, maskedCommand } from '../../io/masked.ts';
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
import { withStore } from './use-store.ts';

const MAX_OUTPUT = 4 << 20;
const FULL = { why: 'there is no space left on the disk', hint: 'free some space, and run it again' };

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
  const startedAt = world.clock.now().toISOString();
  const attempt: Attempt = {
    request,
    builder,
    handed,
    startedAt,
    secrets: { ...world.environment, ...request.buildArgs },
  };
  const places = await prepare(request, dockerfile, handed, folder);
  if (places === null) return { ...told(attempt, [], null, ''), kind: 'unknown', ...FULL };
  const environment = {
    ...builderEnvironment(world),
    ...Object.fromEntries(handed.variables),
    ...request.buildArgs,
  };
  const reference = `localhost/fettle/${imageName(request.name)}:${randomUUID().slice(0, 8)}`;
  const command = buildCommand(builder, request, reference, places, handed, proxiesOf(environment));
  const result = await world.processes.run({
    ...{ command, environment, cwd: folder, timeoutMs: request.timeMs },
    ...{ maxOutputBytes: MAX_OUTPUT, keepsEnd: true },
  });
  // buildah and podman print steps on one stream and what goes wrong on the other.
  const said = masked(`${result.stdout}\n${result.stderr}`, attempt.secrets);
  const ran = told(attempt, command, result, said);
  if (result.exitCode !== 0) return failedBuild(ran, request, dockerfile, result, said);
  const digest = (await readFile(places.digestFile, 'utf8')).trim();
  const bases = await baseImages(builder, world, said);
  const ofBases = bases.flatMap(({ name, digest }) => (digest === null ? [] : [[name, digest] as const]));
  const check = { ...ran.check, digests: { image: digest, ...Object.fromEntries(ofBases) } };
  return { ...ran, check, kind: 'built', image: { reference, digest, bases } };
}

interface Attempt {
  readonly request: ImageRequest;
  readonly builder: Builder;
  readonly handed: HandedIn;
  readonly startedAt: string;
  /** What no log may show is among these variables. */
  readonly secrets: World['environment'];
}

type Ran = Pick<ImageBuild, 'check' | 'log' | 'notes'>;

/** What is told of a build however it ended. */
function told(
  { request, builder, handed, startedAt, secrets }: Attempt,
  command: readonly string[],
  result: ProcessResult | null,
  said: string,
): Ran {
  const limits = [`${Math.round(request.timeMs / 1000)} s`];
  return {
    check: {
      command: maskedCommand(command, secrets),
      exitCode: result?.exitCode ?? null,
      startedAt,
      durationMs: Math.round(result?.durationMs ?? 0),
      versions: builder.versions,
      digests: {},
      limits: request.offline ? [...limits, 'no base image is fetched'] : limits,
      output: lastLines(said).join('\n'),
    },
    log: keptLog(said),
    notes: handed.notes,
  };
}

function failedBuild(
  ran: Ran,
  request: ImageRequest,
  dockerfile: DockerfileForBuild,
  result: ProcessResult,
  said: string,
): ImageBuild {
  if (result.timedOut) {
    const why = `the build did not end in ${Math.round(request.timeMs / 1000)} seconds`;
    return { ...ran, kind: 'unknown', why, hint: 'give it more time' };
  }
  const found = failedInstruction(said, dockerfile);
  const outside = outsideReason(said, found);
  if (outside !== null) return { ...ran, kind: 'unknown', ...outside };
  const at = found === null ? null : { file: request.dockerfile, line: found.line, text: found.text };
  return { ...ran, kind: 'failed', at, lastLines: lastLines(said) };
}

async function dockerfileText(request: ImageRequest, world: World): Promise<string> {
  const path = resolve(request.context, request.dockerfile);
  const bytes = request.replaced.get(request.dockerfile) ?? (await world.files.read(path, 1 << 20));
  if (bytes === null) throw new UserFacingError('invalid-file', `there is no Dockerfile at ${path}`);
  return new TextDecoder().decode(bytes);
}

/** Everything that the builder reads and that is not the project's own, in a folder of its own. Null: there is no space for it. */
async function prepare(
  request: ImageRequest,
  dockerfile: DockerfileForBuild,
  handed: HandedIn,
  folder: string,
): Promise<BuildPlaces | null> {
  try {
    return await layOut(request, dockerfile, handed, folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | null)?.code;
    if (code === 'ENOSPC' || code === 'EDQUOT') return null;
    throw error;
  }
}

async function layOut(
  request: ImageRequest,
  dockerfile: DockerfileForBuild,
  handed: HandedIn,
  folder: string,
): Promise<BuildPlaces> {
  const given = join(folder, 'given');
  await mkdir(given, { recursive: true });
  for (const [name, text] of handed.files) await writeFile(join(given, name), text, { mode: 0o644 });
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
