import { posix } from 'node:path';
import { copiesIn } from './stages.ts';
import type { CopyStep, Stage } from './stages.ts';

/** COPY --from chains longer than this are cut: they only repeat themselves. */
const MAX_STAGES = 20;

/**
 * Paths in the build context from which a file of the image may have been copied, the likeliest first. Whether the
 * context has them is not asked here. Later copies overwrite earlier ones, so they are looked at first.
 */
export function contextCandidates(
  imagePath: string,
  copies: readonly CopyStep[],
  stages: readonly Stage[],
): readonly string[] {
  const exact = copiedFrom(imagePath, copies, stages, 0);
  const name = posix.basename(imagePath);
  const sameName = copies.flatMap((copy) => (copy.from === null ? copy.sources : []));
  return unique([
    ...exact,
    ...sameName.filter((source) => posix.basename(source) === name).map(inContext),
    inContext(imagePath),
    name,
  ]);
}

function copiedFrom(
  imagePath: string,
  copies: readonly CopyStep[],
  stages: readonly Stage[],
  depth: number,
): readonly string[] {
  if (depth > MAX_STAGES) return [];
  return [...copies].reverse().flatMap((copy) => {
    const origins = copy.sources.flatMap((source) => originsOf(imagePath, source, copy.destination));
    if (copy.from === null) return origins.map(inContext);
    const inner = copiesIn(copy.from, stages);
    return inner === null
      ? []
      : origins.flatMap((origin) => copiedFrom(posix.resolve('/', origin), inner, stages, depth + 1));
  });
}

/** What `imagePath` was before a copy of `source` to `destination`: a file, or a file below a copied folder. */
function originsOf(imagePath: string, source: string, destination: string): readonly string[] {
  const folder = destination.endsWith('/') ? destination : `${destination}/`;
  const name = posix.basename(imagePath);
  const origins: string[] = [];
  if (imagePath === destination) origins.push(source);
  if (imagePath === posix.join(folder, name) && matches(posix.basename(source), name))
    origins.push(posix.join(posix.dirname(source), name));
  if (imagePath.startsWith(folder)) origins.push(posix.join(source, imagePath.slice(folder.length)));
  return origins;
}

/** Docker's patterns in a file's name: `*` and `?`. */
function matches(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n]) && pattern[p] !== '*')
      [p, n] = [p + 1, n + 1];
    else if (pattern[p] === '*') [star, mark, p] = [p, n, p + 1];
    else if (star !== -1) [p, mark, n] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}

function inContext(path: string): string {
  return posix.normalize(path.replace(/^\/+/, '') || '.').replace(/\/$/, '');
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].filter((path) => path !== '.' && !path.startsWith('..'));
}
