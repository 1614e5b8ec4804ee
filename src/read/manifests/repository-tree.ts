import { posix } from 'node:path';
import type { DirectoryEntry, Files } from '../../io/files.ts';

/** Bounds of the walk: past them the tree is told to be incomplete. */
const MAX_DEPTH = 16;
const MAX_ENTRIES = 200_000;

/** Folders that hold what was built or installed, never what somebody wrote. */
const SKIPPED: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'site-packages',
  'dist-packages',
  '__pycache__',
  '__pypackages__',
  '.venv',
  'venv',
  '.env',
  'virtualenv',
  '.tox',
  '.nox',
  '.eggs',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.fettle',
  'build',
  'dist',
  'target',
]);

/** The files below the root, as paths relative to it with forward slashes, sorted. */
export class RepositoryTree {
  readonly paths: readonly string[];
  /** Folders that were not entered because the walk is bounded; empty where the tree is complete. */
  readonly notEntered: readonly string[];
  readonly #files: ReadonlySet<string>;
  readonly #folders: ReadonlySet<string>;

  constructor(paths: readonly string[], notEntered: readonly string[] = []) {
    this.paths = [...paths].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    this.notEntered = notEntered;
    this.#files = new Set(this.paths);
    const folders = new Set(['.']);
    for (const path of this.paths)
      for (let folder = posix.dirname(path); !folders.has(folder); folder = posix.dirname(folder))
        folders.add(folder);
    this.#folders = folders;
  }

  hasFile(path: string): boolean {
    return this.#files.has(path);
  }

  hasFolder(path: string): boolean {
    return this.#folders.has(path);
  }
}

/**
 * Walks the tree below `root` (absolute, real). Virtual environments, installed packages and build folders are
 * skipped; a symbolic link is followed where it stays below the root and leads to nothing seen before.
 */
export async function walkTree(files: Files, root: string): Promise<RepositoryTree> {
  const paths: string[] = [];
  const notEntered: string[] = [];
  const seen = new Set([root]);
  const queue: { readonly folder: string; readonly depth: number }[] = [{ folder: '.', depth: 0 }];
  let entryCount = 0;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { folder, depth } = next;
    const entries = await files.list(posix.join(root, folder));
    if (entries === null) continue;
    entryCount += entries.length;
    if (folder !== '.' && entries.some((entry) => entry.name === 'pyvenv.cfg')) continue;
    for (const entry of sorted(entries)) {
      const path = posix.join(folder, entry.name);
      const kind = entry.kind === 'link' ? await followed(files, root, path, seen) : entry.kind;
      if (kind === 'file') paths.push(path);
      if (kind !== 'directory' || SKIPPED.has(entry.name)) continue;
      if (depth >= MAX_DEPTH || entryCount > MAX_ENTRIES) notEntered.push(path);
      else queue.push({ folder: path, depth: depth + 1 });
    }
  }
  return new RepositoryTree(paths, notEntered);
}

function sorted(entries: readonly DirectoryEntry[]): readonly DirectoryEntry[] {
  return [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a link leads to, `other` where it is broken, climbs out or leads to a folder that was linked before. */
async function followed(
  files: Files,
  root: string,
  path: string,
  seen: Set<string>,
): Promise<DirectoryEntry['kind']> {
  const real = await files.realPath(posix.join(root, path));
  if (real === null || !real.startsWith(`${root}/`)) return 'other';
  const kind = await kindOf(files, real);
  if (kind !== 'directory') return kind ?? 'other';
  const around = `${posix.join(root, path)}/`.startsWith(`${real}/`);
  if (around || seen.has(real)) return 'other';
  seen.add(real);
  return 'directory';
}

/** Whether a real path is a file or a folder; null where nothing is there. */
export async function kindOf(files: Files, realPath: string): Promise<DirectoryEntry['kind'] | null> {
  if (realPath === '/') return 'directory';
  const entries = await files.list(posix.dirname(realPath));
  return entries?.find((entry) => entry.name === posix.basename(realPath))?.kind ?? null;
}
