import { join, sep } from 'node:path';
import { UserFacingError } from '../domain/errors.ts';
import type { Files } from '../io/files.ts';
import { bytesOf } from './source-bytes.ts';

/** The folder at a project's root in which runs leave what later ones need. */
export const STATE_FOLDER = '.fettle';

/**
 * Makes `.fettle` and a folder in it, with a `.gitignore` that keeps all of it out of the repository; gives the inner
 * folder's path. Refuses a `.fettle` that a link leads elsewhere (`cannot-write`): a repository may be hostile.
 */
export async function makeStateFolder(root: string, name: string, files: Files): Promise<string> {
  const parts = [STATE_FOLDER, ...name.split('/')];
  // One after the other: below a link nothing is made before it is seen.
  for (const at of parts.keys()) {
    const part = parts.slice(0, at + 1).join('/');
    await files.makeDirectory(await insideRoot(root, part, files, true));
  }
  const folder = join(root, STATE_FOLDER);
  const ignore = await insideRoot(root, `${STATE_FOLDER}/.gitignore`, files, true);
  if ((await files.read(ignore)) === null) await files.writeAtomic(ignore, bytesOf('*\n'));
  return join(folder, name);
}

/**
 * The absolute path of a file of the project. Links are followed, but not out of the root, nor into `.git` (`cannot-write`). `exact`:
 * no link may stand on the way at all.
 */
export async function insideRoot(root: string, path: string, files: Files, exact = false): Promise<string> {
  const absolute = join(root, ...path.split('/'));
  const realRoot = await files.realPath(root);
  const real = (await files.realPath(absolute)) ?? (await realParent(absolute, files));
  const climbs = path.startsWith('/') || path.split('/').includes('..') || path.includes('\0');
  const inside = realRoot !== null && real !== null && (real === realRoot || real.startsWith(realRoot + sep));
  // A journal may come with the repository, and git obeys what stands in there (core.fsmonitor, hooks).
  const isGits =
    inside &&
    real
      .slice(realRoot.length)
      .split(sep)
      .some((part) => /^\.git$/i.test(part));
  if (climbs || !inside || isGits || (exact && real !== join(realRoot, ...path.split('/'))))
    throw new UserFacingError(
      'cannot-write',
      `${path} leads out of ${root}${isGits ? ', into what is git’s own' : ''}`,
      {
        hint: 'run fettle on the folder that holds the file itself',
      },
    );
  return absolute;
}

/** Null also where a link stands there that leads to nothing yet: what is written would come to be where it leads. */
async function realParent(absolute: string, files: Files): Promise<string | null> {
  const parent = await files.realPath(join(absolute, '..'));
  if (parent === null) return null;
  const name = absolute.slice(absolute.lastIndexOf(sep) + 1);
  const isThere = (await files.list(parent))?.some((entry) => entry.name === name) ?? false;
  // Another run may have made it since it was asked for; a link that leads to nothing still leads nowhere.
  return isThere ? files.realPath(absolute) : join(parent, name);
}
