import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserFacingError } from '../../../domain/errors.ts';
import { isArchiveProblem } from '../../../io/archive.ts';
import { unpackTar } from '../../../io/unpack-tar.ts';
import { nodeWorkplace } from '../../../io/workplace.ts';
import type { World } from '../../../io/world.ts';
import { installEnvironment } from '../../../prove/environment/install-environment.ts';
import type { InstallRequest } from '../../../prove/environment/install-request.ts';
import { canonicalJson } from '../../../prove/evidence/canonical-json.ts';
import type { Answer, BuildRequest, Built } from '../../deployment/platform.ts';
import { askedPackages } from './asked-packages.ts';
import { refused } from './change-place.ts';
import { artifactFolder, markArtifact, readArtifact, touchArtifact } from './kept-artifacts.ts';
import type { LocalFolders } from './local-folders.ts';

/** The service's files, and an environment with what they ask for beside them. */
export async function environmentArtifact(
  request: BuildRequest,
  folders: LocalFolders,
  world: World,
  told: (line: string) => void,
): Promise<Answer<Built>> {
  const look = await nodeWorkplace.openFolder();
  try {
    const problem = await unpackTar(request.context, look.path);
    if (isArchiveProblem(problem)) return refused(problem.message, 'make the snapshot anew', 'build-failed');
    const asked = await askedPackages(look.path, world);
    if (typeof asked === 'string') return refused(asked, 'mend it, or add a Dockerfile', 'build-failed');
    return await installed(request, asked, folders, world, told);
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    if (error.outside) return { kind: 'unreachable', why: error.message };
    return refused(error.message, error.hint ?? 'mend it, or add a Dockerfile', 'build-failed');
  } finally {
    await look.remove();
  }
}

async function installed(
  { context }: BuildRequest,
  asked: InstallRequest,
  folders: LocalFolders,
  world: World,
  told: (line: string) => void,
): Promise<Answer<Built>> {
  const { target, packages } = asked;
  const digest = `sha256:${hashOf(canonicalJson({ context: hashOf(context), target, packages }))}`;
  const folder = artifactFolder(folders, digest)!;
  const artifact = { digest, reference: folder };
  if ((await readArtifact(folders, digest, world)) !== null) {
    await touchArtifact(folders, digest, world.clock.now());
    return { kind: 'done', value: { artifact, check: null, notes: ['it was there already'] } };
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'files'), { recursive: true });
  const problem = await unpackTar(context, join(folder, 'files'));
  if (problem !== null) return refused(problem.message, 'make the snapshot anew', 'build-failed');
  told(`installing ${packages.length} packages`);
  // Each in a folder of its own, and not among those that are removed when they are old.
  const name = hashOf(canonicalJson({ target, packages })).slice(0, 32);
  const machine = { ...world.machine!, environmentsFolder: join(folders.environments, name) };
  const outcome = await installEnvironment(asked, { ...world, machine });
  if (outcome.kind === 'failed') {
    const { why, hint } = outcome;
    return refused(
      `its requirements were not installed: ${why}`,
      hint ?? 'see its requirements',
      'build-failed',
    );
  }
  const { environment, check, notes } = outcome;
  const variables = {
    PATH: `${environment.path}/bin:/usr/local/bin:/usr/bin:/bin`,
    VIRTUAL_ENV: environment.path,
  };
  await markArtifact(
    folder,
    {
      ...{ digest, kind: 'environment', command: [], workdir: '/', copiesWorkdir: false, port: null },
      // What it prints is seen at once.
      environment: { ...variables, PYTHONUNBUFFERED: '1' },
      readable: environment.readable,
    },
    world,
  );
  return { kind: 'done', value: { artifact, check, notes } };
}

function hashOf(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
