import { posix } from 'node:path';
import { UserFacingError } from './domain/errors.ts';
import type { Job } from './domain/job.ts';
import { filesOfService } from './domain/service-files.ts';
import { commitOf, firstLine, gitOnFiles, utf8, workTreeOf } from './io/git.ts';
import type { World } from './io/world.ts';
import { lockKind } from './read/manifests/locks/lock-readers.ts';
import { manifestKind } from './read/manifests/manifest-kinds.ts';
import { readJob } from './read-job.ts';

/**
 * The job on those services alone of which a file changed since a git revision: a manifest, a lock, or one that says what they run on.
 * What is staged, what is not, and new files that git does not ignore count. Null: there are none. Throws `usage` where the root is
 * in no git repository, or there is no such revision.
 */
export async function changedSince(job: Job, revision: string, world: World): Promise<Job | null> {
  const project = await readJob(job, world);
  const top = await workTreeOf(world, project.root, 'leave out --since');
  const within = posix.relative((await world.files.realPath(top)) ?? top, project.root);
  const changed = new Set(
    (await changedPaths(top, revision, world)).map((path) => posix.relative(within, path)),
  );
  const gone = await goneFolders(project.root, changed, world);
  const services = project.services
    .filter((service) =>
      filesOfService(service).some((path) => changed.has(path) || gone.has(posix.dirname(path))),
    )
    .map(({ name }) => name);
  return services.length === 0 ? null : { ...job, services };
}

/** From the top, with forward slashes. */
async function changedPaths(top: string, revision: string, world: World): Promise<readonly string[]> {
  const commit = await commitOf(world, top, revision);
  const quiet = [
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--ignore-submodules',
    '--name-only',
    '-z',
  ];
  const listings = [
    await gitOnFiles(world, top, ['diff', ...quiet, commit, '--']),
    await gitOnFiles(world, top, ['ls-files', '--others', '--exclude-standard', '-z', '--']),
  ];
  return listings.flatMap((listing) => {
    if (listing.exitCode === 0 && !listing.truncated)
      return listing.stdout
        .split('\0')
        .filter((path) => path !== '')
        .map(utf8);
    throw new UserFacingError('usage', `git does not list what changed (${firstLine(listing)})`, {
      hint: 'leave out --since',
    });
  });
}

/** Where a file that is looked at is no longer there, all that stand beside it may mean something else. */
async function goneFolders(
  root: string,
  changed: ReadonlySet<string>,
  { files }: World,
): Promise<ReadonlySet<string>> {
  const folders = new Set<string>();
  const lookedAt = [...changed].filter((path) => manifestKind(path) !== null || lockKind(path) !== null);
  for (const path of lookedAt)
    if ((await files.realPath(posix.join(root, path))) === null) folders.add(posix.dirname(path));
  return folders;
}
