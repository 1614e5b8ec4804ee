import { constants, lstat, open, readlink, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { cannotRead, isAbsent } from './file-problems.ts';
import { readBounded } from './read-bounded.ts';

/** A folder that is moved while a file in it is opened stands elsewhere for a moment. */
const ATTEMPTS = 3;

/**
 * Reads a file that stands at exactly this path, which has no link in it; null: nothing does, or a link leads elsewhere. In a folder that is
 * somebody else's a look at the path before it is opened proves nothing, for the path may lead elsewhere by then: it is opened first, and what was
 * opened is asked where it stands. Errors as `Files.read`.
 */
export async function readInPlace(path: string, maxBytes: number): Promise<Uint8Array | null> {
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      // Not blocking: opening a named pipe would wait for somebody to write.
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
      try {
        if (await standsAt(file, path)) return await readBounded(file, path, maxBytes);
      } finally {
        await file.close();
      }
    }
    return null;
  } catch (error) {
    if (isAbsent(error) || isLink(error)) return null;
    throw cannotRead(path, error);
  }
}

/**
 * Linux tells of a descriptor what it was opened as, and of one that was renamed over since that it is deleted (proc(5)): it stood there when it was
 * opened, and is read. Elsewhere the path is compared with it, which leaves a narrow race.
 */
async function standsAt(file: FileHandle, path: string): Promise<boolean> {
  if (process.platform === 'linux')
    return [path, `${path} (deleted)`].includes(await readlink(`/proc/self/fd/${file.fd}`));
  const [opened, there, real] = [await file.stat(), await lstat(path), await realpath(path)];
  return real === path && opened.ino === there.ino && opened.dev === there.dev;
}

/** What O_NOFOLLOW says of a link (open(2)); a circle of links is told alike. */
function isLink(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ELOOP';
}
