import type { FileHandle } from 'node:fs/promises';
import { UserFacingError } from '../domain/errors.ts';

/** What an open file holds. Throws `invalid-file` where it is no regular file, or larger: a repository's file may be a device or endless. */
export async function readBounded(file: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  const found = await file.stat();
  if (!found.isFile()) throw new UserFacingError('invalid-file', `${path} is not a regular file`);
  if (found.size <= maxBytes) {
    const bytes = await contentOf(file, found.size);
    if (bytes.length <= maxBytes) return bytes;
  }
  throw new UserFacingError(
    'invalid-file',
    `${path} is larger than ${maxBytes.toLocaleString('en-US')} bytes`,
  );
}

/** At once, for `readFile` comes back to this thread for each half megabyte. Files under /proc, and those that grow, hold more than they say. */
async function contentOf(file: FileHandle, size: number): Promise<Uint8Array> {
  const room = Buffer.allocUnsafeSlow(size + 1);
  const { bytesRead } = await file.read(room, 0, room.length, 0);
  return bytesRead === size ? room.subarray(0, size) : file.readFile();
}
