import type { FileHandle } from 'node:fs/promises';
import { UserFacingError } from '../domain/errors.ts';

/** What an open file holds. Throws `invalid-file` where it is no regular file, or larger: a repository's file may be a device or endless. */
export async function readBounded(file: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  const found = await file.stat();
  if (!found.isFile()) throw new UserFacingError('invalid-file', `${path} is not a regular file`);
  if (found.size <= maxBytes) {
    const bytes = await file.readFile();
    // Files under /proc, and those that grow, hold more than they say.
    if (bytes.length <= maxBytes) return bytes;
  }
  throw new UserFacingError(
    'invalid-file',
    `${path} is larger than ${maxBytes.toLocaleString('en-US')} bytes`,
  );
}
