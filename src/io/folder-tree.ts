import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { entryKind } from './entry-kind.ts';
import { cannotRead } from './file-problems.ts';

/** One entry of a folder, not followed. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly bytes: number;
  /** Whether its owner may run it. */
  readonly isExecutable: boolean;
  /** Where a link leads, as it is written; null for what is none. */
  readonly target: string | null;
}

const OWNER_RUNS = 0o100;

/** What a folder holds, by code units: the same order on every machine. Throws a UserFacingError for what cannot be read. */
export async function treeEntries(folder: string): Promise<readonly TreeEntry[]> {
  try {
    const names = (await readdir(folder)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return await Promise.all(names.map((name) => entryOf(folder, name)));
  } catch (error) {
    throw cannotRead(folder, error);
  }
}

async function entryOf(folder: string, name: string): Promise<TreeEntry> {
  const path = join(folder, name);
  const found = await lstat(path);
  const kind = entryKind(found);
  const target = kind === 'link' ? await readlink(path) : null;
  return { name, kind, bytes: found.size, isExecutable: (found.mode & OWNER_RUNS) !== 0, target };
}
