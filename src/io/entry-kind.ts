import type { Dirent, Stats } from 'node:fs';
import type { DirectoryEntry } from './files.ts';

/** What stands at a path, as a listing or `lstat` tells it; a symbolic link is told as one. */
export function entryKind(
  found: Pick<Dirent | Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>,
): DirectoryEntry['kind'] {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'directory';
  return found.isSymbolicLink() ? 'link' : 'other';
}
