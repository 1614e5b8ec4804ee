import { posix } from 'node:path';
import type { LockFile } from '../../../domain/lock-file.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { outdatedBy } from './outdated-by.ts';
import { readPipfileLock } from './pipfile-lock.ts';
import { readPoetryLock } from './poetry-lock.ts';
import { readPylock } from './pylock.ts';
import { readUvLock } from './uv-lock.ts';

/** The tools whose locks are read. */
export type LockKind = 'uv' | 'poetry' | 'pipenv' | 'pylock';

/** How one tool's lock is known and read. */
export interface LockReader {
  /** By the path alone. */
  recognises(path: string): boolean;
  /** Files larger than this are refused, in bytes. */
  readonly maxBytes: number;
  read(source: SourceText, context: ReadingContext): LockFile | Promise<LockFile>;
}

const MAX_BYTES = 32 * 1024 * 1024;

const named = (name: string) => (path: string) => posix.basename(path) === name;

/** Every lock that is read. A new one is its reader and one line here. */
export const LOCK_READERS = {
  uv: { recognises: named('uv.lock'), maxBytes: MAX_BYTES, read: readUvLock },
  poetry: { recognises: named('poetry.lock'), maxBytes: MAX_BYTES, read: readPoetryLock },
  pipenv: { recognises: named('Pipfile.lock'), maxBytes: MAX_BYTES, read: readPipfileLock },
  pylock: {
    recognises: (path) => /^pylock(\.[^.]+)?\.toml$/.test(posix.basename(path)),
    maxBytes: MAX_BYTES,
    read: readPylock,
  },
} satisfies Record<LockKind, LockReader>;

const KINDS = Object.keys(LOCK_READERS) as readonly LockKind[];

/** The tool whose lock a file is, by its path, or null. */
export function lockKind(path: string): LockKind | null {
  return KINDS.find((kind) => LOCK_READERS[kind].recognises(path)) ?? null;
}

/** Reads a lock, and compares it with the manifests that its own words are about. */
export async function readLock(
  kind: LockKind,
  source: SourceText,
  context: ReadingContext,
): Promise<LockFile> {
  const lock = await LOCK_READERS[kind].read(source, context);
  const manifests = new Map<string, SourceText>();
  for (const path of manifestPaths(lock)) {
    const manifest = await context.open(path);
    if (manifest) manifests.set(path, manifest);
  }
  return { ...lock, outdated: outdatedBy(lock, manifests, context.rules) };
}

/** Paths of the manifests that a lock's own words are about. */
export function manifestPaths(lock: LockFile): readonly string[] {
  const folder = posix.dirname(lock.path);
  const paths = lock.madeFor.map((words) => {
    if (words.kind === 'hash')
      return posix.join(folder, lock.tool === 'pipenv' ? 'Pipfile' : 'pyproject.toml');
    return posix.join(folder, words.folder, 'pyproject.toml');
  });
  return [...new Set(paths)].filter((path) => !path.startsWith('..') && !posix.isAbsolute(path));
}
