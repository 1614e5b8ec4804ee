import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackTar } from '../../../io/unpack-tar.ts';
import { nodeWorkplace } from '../../../io/workplace.ts';
import type { World } from '../../../io/world.ts';
import { buildImage } from '../../../prove/images/build-image.ts';
import { findBuilder, imageStoreFolder } from '../../../prove/images/builder.ts';
import type { Builder } from '../../../prove/images/builder.ts';
import type { BuiltImage, ImageBuild } from '../../../prove/images/image-build.ts';
import { withUnpacked } from '../../../prove/images/unpacked-image.ts';
import type { UnpackedImage } from '../../../prove/images/unpacked-image.ts';
import { removeImage } from '../../../prove/images/use-store.ts';
import type { Answer, BuildRequest, Built, NotDone } from '../../deployment/platform.ts';
import { refused } from './change-place.ts';
import { isCopiedWorkdir, makeMountPoints } from './image-root.ts';
import { artifactFolder, markArtifact, readArtifact, touchArtifact } from './kept-artifacts.ts';
import type { KeptArtifact } from './kept-artifacts.ts';
import type { LocalFolders } from './local-folders.ts';

/** The image of a Dockerfile as one folder, which revisions only read. */
export async function imageArtifact(
  request: BuildRequest & { readonly dockerfile: string },
  folders: LocalFolders,
  world: World,
  told: (line: string) => void,
): Promise<Answer<Built>> {
  const store = imageStoreFolder(world);
  if (store === null) throw new Error('images are built on a machine, and this world has none');
  const builder = await findBuilder(world, store);
  if (builder.kind === 'no-builder') return refused(builder.why, builder.hint, 'no-builder');
  const place = await nodeWorkplace.openFolder();
  try {
    const context = join(place.path, 'context');
    await mkdir(context);
    const problem = await unpackTar(request.context, context);
    if (problem !== null) return refused(problem.message, 'make the snapshot anew', 'build-failed');
    told(`building the image with ${builder.kind}`);
    const build = await buildImage(askedOf(request, context), builder, world);
    if (build.kind !== 'built') return notBuilt(build);
    return await kept(build, build.image, builder, folders, world);
  } finally {
    await place.remove();
  }
}

function askedOf(
  { dockerfile, settings, timeMs }: BuildRequest & { readonly dockerfile: string },
  context: string,
) {
  return {
    ...{ context, dockerfile, replaced: new Map<string, Uint8Array>(), buildArgs: {}, target: null },
    ...{ name: settings.service, offline: false, timeMs },
  };
}

function notBuilt(build: Exclude<ImageBuild, { kind: 'built' }>): NotDone {
  if (build.kind === 'unknown')
    return refused(`the image was not built: ${build.why}`, build.hint, 'build-failed');
  const { at, lastLines } = build;
  const where = at === null ? '' : `${at.file}:${at.line}: ${at.text.slice(0, 120)}: `;
  return refused(
    `the image does not build: ${where}${lastLines.at(-1) ?? ''}`,
    'mend the Dockerfile',
    'build-failed',
  );
}

/** A container lets it write everywhere. */
function writableNote({ workdir, copiesWorkdir }: KeptArtifact): string {
  const places = ['/tmp', '/run', '/var/tmp', ...(copiesWorkdir ? [workdir] : [])].join(', ');
  return `on this machine a service writes to ${places} alone, in memory; the rest of its image is only read`;
}

async function kept(
  { check, notes }: ImageBuild,
  image: BuiltImage,
  builder: Builder,
  folders: LocalFolders,
  world: World,
): Promise<Answer<Built>> {
  const digest = image.digest.startsWith('sha256:') ? image.digest : `sha256:${image.digest}`;
  const folder = artifactFolder(folders, digest);
  if (folder === null)
    return refused(`the builder gave no digest: ${digest}`, 'use another builder', 'build-failed');
  const done = (laid: KeptArtifact): Answer<Built> => ({
    kind: 'done',
    value: { artifact: { digest, reference: folder }, check, notes: [...notes, writableNote(laid)] },
  });
  try {
    const there = await readArtifact(folders, digest, world);
    if (there !== null) {
      await touchArtifact(folders, digest, world.clock.now());
      return done(there);
    }
    const laid = await withUnpacked(image, builder, world, (unpacked) =>
      layOut(unpacked, digest, folder, world),
    );
    if (typeof laid === 'string') return refused(laid, 'free some space', 'build-failed');
    if (laid.kind !== 'unknown') return done(laid);
    return refused(`the image cannot be unpacked: ${laid.why}`, 'use another builder', 'build-failed');
  } finally {
    await removeImage(image.reference, builder, world);
  }
}

const COPY_MS = 1_200_000;

/** Copies it beside its place, and renames it there when it is whole. A text: why that could not be. */
async function layOut(
  unpacked: UnpackedImage,
  digest: string,
  folder: string,
  world: World,
): Promise<KeptArtifact | string> {
  const draft = `${folder}.${randomUUID().slice(0, 8)}`;
  try {
    await mkdir(draft, { mode: 0o700 });
    const root = join(draft, 'root');
    const problem = await copyRoot(unpacked.root, root, world);
    if (problem !== null) return problem;
    await makeMountPoints(root);
    const { command, environment, workdir, port } = unpacked;
    const copiesWorkdir = await isCopiedWorkdir(root, workdir);
    const laid: KeptArtifact = {
      ...{ digest, kind: 'image', command, environment, workdir, copiesWorkdir, port, readable: [] },
    };
    await markArtifact(draft, laid, world);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return laid;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Owned by this user, as whom the service runs; extents are shared where the file system can. */
async function copyRoot(from: string, to: string, world: World): Promise<string | null> {
  const words = ['-R', '-d', '--preserve=mode,timestamps,links', '--reflink=auto', '--', from, to];
  const copied = await world.processes.run({
    command: ['cp', ...words],
    environment: { PATH: '/usr/bin:/bin' },
    timeoutMs: COPY_MS,
  });
  if (copied.exitCode === 0) return null;
  return `the image cannot be copied: ${copied.stderr.trim().split('\n').at(-1) ?? ''}`;
}
