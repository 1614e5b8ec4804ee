import { createHash } from 'node:crypto';

/** Git's id of a file's content; `like`: an id of the same repository, whose length tells its hash (gitformat-pack, object names). */
export function blobId(bytes: Uint8Array, like: string): string {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
