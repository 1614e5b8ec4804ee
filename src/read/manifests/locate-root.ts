import { posix } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { Files } from '../../io/files.ts';
import { kindOf } from './repository-tree.ts';

/** The folder that is read, absolute and real, and the files in it that were named, relative to it. */
export interface LocatedRoot {
  readonly folder: string;
  readonly paths: readonly string[];
}

/**
 * What the user named: a folder, or a file. A file is read within its repository, where its Dockerfile and what it includes
 * stand: the nearest folder above it that has a `.git`, else its own folder.
 */
export async function locateRoot(files: Files, root: string, paths: readonly string[]): Promise<LocatedRoot> {
  const real = await files.realPath(posix.resolve(root));
  const kind = real === null ? null : await kindOf(files, real);
  if (real === null || kind === null) throw notThere(root);
  const folder = kind === 'directory' ? real : await repositoryAround(files, posix.dirname(real));
  const named = kind === 'directory' ? [] : [posix.relative(folder, real)];
  for (const path of paths) named.push(await namedFile(files, folder, path));
  return { folder, paths: [...new Set(named)] };
}

async function namedFile(files: Files, folder: string, path: string): Promise<string> {
  const absolute = posix.resolve(folder, path);
  const parent = await files.realPath(posix.dirname(absolute));
  const kind = (await files.realPath(absolute)) === null ? null : parent;
  if (parent === null || kind === null) throw notThere(path);
  const relative = posix.relative(folder, posix.join(parent, posix.basename(absolute)));
  if (!relative.startsWith('..') && relative !== '') return relative;
  throw new UserFacingError('usage', `${path} is not a file below ${folder}`, {
    hint: 'run fettle on the folder that holds all files',
  });
}

async function repositoryAround(files: Files, folder: string): Promise<string> {
  for (let at = folder; ; at = posix.dirname(at)) {
    const entries = await files.list(at);
    if (entries?.some((entry) => entry.name === '.git')) return at;
    if (at === posix.dirname(at)) return folder;
  }
}

function notThere(path: string): UserFacingError {
  return new UserFacingError('no-manifest', `there is no file or folder ${path}`, {
    hint: 'name the folder of a repository or a service, or a requirements file',
  });
}
