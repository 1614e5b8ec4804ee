import { posix } from 'node:path';
import type { RepositoryTree } from './repository-tree.ts';

/** The files in which a project says what it needs, the one that tools look at first first. */
export const PROJECT_FILES: readonly string[] = ['pyproject.toml', 'setup.cfg', 'setup.py'];

/** Those of a folder's project that are there, as paths from the root. */
export function projectFilesIn(folder: string, tree: RepositoryTree): readonly string[] {
  return PROJECT_FILES.map((name) => posix.join(folder, name)).filter((path) => tree.hasFile(path));
}
