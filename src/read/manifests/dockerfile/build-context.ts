import { posix } from 'node:path';
import type { RepositoryTree } from '../repository-tree.ts';
import { contextCandidates } from './copied-paths.ts';
import type { StageInstall } from './install-reading.ts';
import type { Stage } from './stages.ts';

/**
 * The folder that a Dockerfile is built in. Nothing in the file tells it: it is the folder, from the file's own up to the
 * root, that has most of the files which the Dockerfile copies and installs from; the nearest where several have as many.
 */
export function buildContext(
  folder: string,
  installs: readonly StageInstall[],
  stages: readonly Stage[],
  tree: RepositoryTree,
): string {
  const sources = stages.flatMap((stage) =>
    stage.copies.flatMap((copy) => (copy.from === null ? copy.sources : [])),
  );
  let best = { folder, count: -1 };
  for (let candidate = folder; ; candidate = posix.dirname(candidate)) {
    const has = (path: string): boolean => existsIn(tree, candidate, path);
    const copied = sources.filter((path) => has(path.replace(/[^/]*[*?][^/]*$/, ''))).length;
    const installed = installs.filter((install) => fileIn(candidate, install, stages, tree) !== null).length;
    const count = copied + installed;
    if (count > best.count) best = { folder: candidate, count };
    if (candidate === '.') return best.folder;
  }
}

/** The first requirements file of an install that the context has, as a path from the root; null where it has none. */
function fileIn(
  folder: string,
  install: StageInstall,
  stages: readonly Stage[],
  tree: RepositoryTree,
): string | null {
  for (const argument of install.arguments) {
    if (argument.kind !== 'requirement') continue;
    const found = fileInContext(argument.word.text.text, install, folder, stages, tree);
    if (found !== null) return found;
  }
  return null;
}

/** The file of the build context that stands at a path of the image, as a path from the root; null where none does. */
export function fileInContext(
  written: string,
  install: StageInstall,
  folder: string,
  stages: readonly Stage[],
  tree: RepositoryTree,
): string | null {
  const imagePath = posix.resolve(install.workdir, written);
  for (const candidate of contextCandidates(imagePath, install.copies, stages)) {
    const path = posix.join(folder, candidate);
    if (tree.hasFile(path)) return path;
  }
  return null;
}

function existsIn(tree: RepositoryTree, folder: string, path: string): boolean {
  const joined = posix.join(folder, path.replace(/^\/+/, '')).replace(/(.)\/$/, '$1');
  return tree.hasFile(joined) || (joined !== folder && tree.hasFolder(joined));
}
