import { posix } from 'node:path';
import type { RepositoryTree } from '../repository-tree.ts';

/** Whether a pattern of folders has anything but plain names in it. */
export function isPattern(pattern: string): boolean {
  return /[*?[\]]/.test(pattern);
}

/** Every pyproject.toml of a tree. */
export function projectsOf(tree: RepositoryTree): readonly string[] {
  return tree.paths.filter((path) => posix.basename(path) === 'pyproject.toml');
}

/** Of `projects` those in folders, relative to `folder`, that a pattern names: `*` and `?` within a name, `**` over any depth. */
export function projectsMatching(
  pattern: string,
  folder: string,
  projects: readonly string[],
): readonly string[] {
  const segments = posix.normalize(pattern).replace(/\/$/, '').split('/');
  return projects.filter((path) => {
    const relative = posix.relative(folder, posix.dirname(path));
    return relative !== '' && !relative.startsWith('..') && pathMatches(segments, relative.split('/'));
  });
}

/** Dynamic over positions, so that no pattern takes longer than the product of its parts. */
function pathMatches(pattern: readonly string[], path: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const segment of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (segment === '**') for (let to = at; to <= path.length; to++) next.add(to);
      else if (at < path.length && nameMatches(segment, path[at]!)) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(path.length);
}

function nameMatches(pattern: string, name: string): boolean {
  let [at, p, star, mark] = [0, 0, -1, 0];
  while (at < name.length) {
    if (p < pattern.length && pattern[p] !== '*' && (pattern[p] === '?' || pattern[p] === name[at])) {
      at++;
      p++;
    } else if (pattern[p] === '*') {
      star = p++;
      mark = at;
    } else if (star !== -1) {
      p = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
