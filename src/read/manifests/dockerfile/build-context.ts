import { posix } from 'node:path';
import type { RepositoryTree } from '../repository-tree.ts';
import type { CopiedFiles } from './copied-paths.ts';
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
  copied: CopiedFiles,
  tree: RepositoryTree,
): string {
  const sources = new Set(
    stages.flatMap((stage) => stage.copies.flatMap((copy) => (copy.from === null ? copy.sources : []))),
  );
  let best = { folder, count: -1 };
  for (let candidate = folder; ; candidate = posix.dirname(candidate)) {
    const has = (path: string): boolean => existsIn(tree, candidate, withoutPattern(path));
    const installed = installs.filter((install) => hasFilesOf(install, candidate, copied));
    const count = [...sources].filter(has).length + installed.length;
    if (count > best.count) best = { folder: candidate, count };
    if (candidate === '.') return best.folder;
  }
}

/** Without its last part where that is a pattern: the folder that it looks in. */
function withoutPattern(path: string): string {
  const last = path.lastIndexOf('/') + 1;
  return /[*?]/.test(path.slice(last)) ? path.slice(0, last) : path;
}

/** Whether a context has a requirements file that an install names. */
function hasFilesOf(install: StageInstall, context: string, copied: CopiedFiles): boolean {
  return install.arguments.some(
    ({ kind, word }) =>
      kind === 'requirement' && copied.fileIn(context, word.text.text, install.view) !== null,
  );
}

function existsIn(tree: RepositoryTree, folder: string, path: string): boolean {
  const joined = posix.join(folder, path.replace(/^\/+/, '')).replace(/(.)\/$/, '$1');
  return tree.hasFile(joined) || (joined !== folder && tree.hasFolder(joined));
}
