import { randomUUID } from 'node:crypto';
import {
  access,
  constants,
  lstat,
  open,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isAbsent } from './file-problems.ts';

/** As the kernel: more links than this are a circle. */
const MAX_LINKS = 40;

/**
 * Replaces a file by rename: whoever reads it, and whatever happens, the old bytes or the new ones stand there. The
 * new bytes are on disk before the rename, and the rename is before this returns. Errors are those of the file system,
 * with nothing left behind. What is no file (a device, a pipe: `/dev/null`, `/dev/stdout`) is written to, and stays what it is.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  if (await isDeviceOrPipe(path)) return writeFile(path, bytes);
  const place = await linkTarget(path);
  const existing = await existingFile(place);
  const draft = join(dirname(place), `.${basename(place).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    const file = await open(draft, 'wx', 0o666);
    try {
      if (existing !== null) await keepOwnerAndMode(file, existing);
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(place));
}

async function isDeviceOrPipe(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && !found.isFile() && !found.isDirectory();
}

interface Existing {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The file that will be replaced; one that may not be written must not be replaced either. */
async function existingFile(place: string): Promise<Existing | null> {
  try {
    const found = await stat(place);
    if (found.isDirectory()) throw Object.assign(new Error('a folder stands there'), { code: 'EISDIR' });
    await access(place, constants.W_OK);
    return found;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Owner first: changing it clears the set-user-id bits of the mode (chown(2)). */
async function keepOwnerAndMode(file: FileHandle, existing: Existing): Promise<void> {
  const { uid, gid } = await file.stat();
  if (uid !== existing.uid || gid !== existing.gid) await file.chown(existing.uid, existing.gid);
  await file.chmod(existing.mode & 0o7777);
}

/** Where a path leads, also when the last link points at nothing yet. */
async function linkTarget(path: string): Promise<string> {
  let place = path;
  for (let followed = 0; followed <= MAX_LINKS; followed++) {
    const folder = await realpath(dirname(place));
    place = join(folder, basename(place));
    const found = await lstat(place).catch((error: unknown) => {
      if (isAbsent(error)) return null;
      throw error;
    });
    if (found === null || !found.isSymbolicLink()) return place;
    place = resolve(folder, await readlink(place));
  }
  throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
}

/** Puts the rename itself on disk. Some file systems cannot sync a folder (EINVAL), and do not need to. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  } finally {
    await handle.close();
  }
}
