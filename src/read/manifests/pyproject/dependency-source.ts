import { posix } from 'node:path';
import type { RepositoryTree } from '../repository-tree.ts';
import type { LocatedTable } from './located-toml.ts';
import { stringAt } from './toml-lookup.ts';

/** Where a tool takes a package from, other than an index. */
export type DependencySource =
  | { readonly kind: 'project'; readonly path: string }
  /** The project itself, or the root of its workspace: nothing is asked for by it that is not read anyway. */
  | { readonly kind: 'left-out' }
  | { readonly kind: 'reference'; readonly url: string; readonly why: string };

const PLACES = ['git', 'url', 'file', 'path', 'hg', 'svn'] as const;

/**
 * The source that a table with `git`, `url` or `path` names (uv's `[tool.uv.sources]`, Poetry's dependencies); null where it
 * names none of them. `where` says who names it. A path to a project of the repository is that project.
 */
export function sourceOf(
  table: LocatedTable,
  folder: string,
  tree: RepositoryTree,
  where: string,
): DependencySource | null {
  for (const kind of PLACES) {
    const url = stringAt(table, kind)?.value;
    if (url === undefined) continue;
    const subfolder = stringAt(table, 'subdirectory')?.value ?? '.';
    const project = kind === 'path' ? projectFile(posix.join(folder, url, subfolder), tree) : null;
    if (project !== null && !posix.isAbsolute(url)) return { kind: 'project', path: project };
    const why = `${where} takes it from a ${kind === 'git' ? 'git repository' : kind}, which has no version to move`;
    return { kind: 'reference', url, why };
  }
  return null;
}

/** The file by which a folder of the repository is a Python project; null where it is none. */
export function projectFile(folder: string, tree: RepositoryTree): string | null {
  const files = ['pyproject.toml', 'setup.cfg', 'setup.py'].map((name) => posix.join(folder, name));
  return files.find((path) => tree.hasFile(path)) ?? null;
}
