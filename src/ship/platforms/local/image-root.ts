import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from '../../../io/file-problems.ts';
import { treeBytes } from './tree-bytes.ts';

/** Above that a copy of the working folder would take a large part of the memory that the service has to write in. */
const MOST_COPIED_BYTES = 128 << 20;
/** Where the sandbox mounts what is its own. */
const OWN_PLACES = ['/', '/proc', '/dev', '/run', '/etc', '/sys'];

/**
 * Makes the places where the sandbox mounts what is not the image's: in what is only read nothing can be made later. `root`: a copy of the
 * image that belongs to fettle.
 */
export async function makeMountPoints(root: string): Promise<void> {
  for (const name of ['proc', 'dev', 'tmp', 'run', 'etc', 'var', 'var/tmp']) {
    const path = join(root, name);
    // A link would lead out of the image.
    if ((await kindOf(path)) === 'folder') continue;
    await rm(path, { force: true });
    await mkdir(path, { mode: 0o755 });
  }
  for (const name of ['etc/resolv.conf', 'etc/hosts']) {
    const path = join(root, name);
    if ((await kindOf(path)) === 'file') continue;
    await rm(path, { recursive: true, force: true });
    await writeFile(path, '', { flag: 'wx', mode: 0o644 });
  }
}

/**
 * Whether each start may have a copy of its working folder, which it writes in memory, as it would in a container: bubblewrap 0.8 has no
 * overlay for the whole image.
 */
export async function isCopiedWorkdir(root: string, workdir: string): Promise<boolean> {
  const parts = workdir.split('/').slice(1);
  if (!workdir.startsWith('/') || OWN_PLACES.includes(workdir) || /^\/(?:proc|dev|sys)\//.test(workdir))
    return false;
  for (let count = 1; count <= parts.length; count++) {
    const part = parts[count - 1]!;
    // One part that is a link would lead to a folder of the machine.
    if (part === '' || part === '.' || part === '..') return false;
    if ((await kindOf(join(root, ...parts.slice(0, count)))) !== 'folder') return false;
  }
  return (await treeBytes(join(root, workdir), MOST_COPIED_BYTES)) <= MOST_COPIED_BYTES;
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'other' | null> {
  try {
    const found = await lstat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
