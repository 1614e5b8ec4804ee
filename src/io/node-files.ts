import type { Dirent } from 'node:fs';
import { constants, mkdir, open, readdir, realpath, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeAtomically } from './atomic-write.ts';
import { entryKind } from './entry-kind.ts';
import { cannotRead, cannotWrite, isAbsent } from './file-problems.ts';
import type { DirectoryEntry, Files } from './files.ts';
import { lockFile } from './lock-file.ts';
import { readBounded } from './read-bounded.ts';

/** Where the caller names no bound: a repository's file may be a device or endless. */
const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;

/** The machine's file system. */
export const nodeFiles: Files = {
  read: (path, maxBytes = DEFAULT_MAX_BYTES) => reading(path, () => readFile(path, maxBytes)),
  list: (path) =>
    reading(path, async () => (await readdir(path, { withFileTypes: true })).map(entryOf).sort(byName)),
  realPath: (path) => reading(path, () => realpath(path)),
  writeAtomic: (path, bytes) => writing(path, () => writeAtomically(path, bytes)),
  remove: (path) => writing(path, () => rm(path, { recursive: true, force: true })),
  makeDirectory: (path) => writing(path, () => makeFolders(path)),
  lock: (path) => writing(path, () => lockFile(path)),
};

async function reading<T>(path: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isAbsent(error)) return null;
    throw cannotRead(path, error);
  }
}

async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Not blocking: opening a named pipe would wait for somebody to write. */
async function readFile(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await readBounded(file, path, maxBytes);
  } finally {
    await file.close();
  }
}

/** Node's own recursive mkdir says ENOENT where it should say EROFS or EACCES. */
async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) {
      await makeFolders(dirname(path));
      return makeFolders(path);
    }
    if (code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
}

function entryOf(entry: Dirent): DirectoryEntry {
  return { name: entry.name, kind: entryKind(entry) };
}

/** By code units: the same order on every machine. */
function byName(a: DirectoryEntry, b: DirectoryEntry): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
