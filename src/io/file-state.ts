import { lstat } from 'node:fs/promises';
import { entryKind } from './entry-kind.ts';
import { cannotRead, isAbsent } from './file-problems.ts';
import type { DirectoryEntry } from './files.ts';

/** What a look at a path tells without opening it; a symbolic link is told as one. */
export interface FileState {
  readonly kind: DirectoryEntry['kind'];
  readonly modifiedMs: number;
  readonly size: number;
}

/** Null: nothing stands there. Errors: UserFacingError `invalid-file`. */
export async function fileState(path: string): Promise<FileState | null> {
  try {
    const found = await lstat(path);
    const kind = entryKind(found);
    return { kind, modifiedMs: found.mtimeMs, size: found.size };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw cannotRead(path, error);
  }
}
