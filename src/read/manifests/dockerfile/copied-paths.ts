import { posix } from 'node:path';
import type { RepositoryTree } from '../repository-tree.ts';
import { stagesByName } from './stages.ts';
import type { CopyStep, Stage } from './stages.ts';

/** COPY --from chains longer than this are cut: they only repeat themselves. */
const MAX_STAGES = 20;

/** Copied sources that are looked at for one Dockerfile. Past it files count as not found, and that is said. */
const MAX_LOOKED_AT = 200_000;

/** What an install sees of the build context. */
export interface CopiedView {
  readonly workdir: string;
  readonly copies: readonly CopyStep[];
}

/** Traces files of an image back to the build context from which one Dockerfile copied them. */
export class CopiedFiles {
  readonly #stages: ReadonlyMap<string, Stage>;
  readonly #tree: RepositoryTree;
  readonly #candidates = new Map<CopiedView, Map<string, readonly string[]>>();
  #lookedAt = 0;

  constructor(stages: readonly Stage[], tree: RepositoryTree) {
    this.#stages = stagesByName(stages);
    this.#tree = tree;
  }

  /** The file that stands in the image where `written` points, as a path from the root; null where `context` has none. */
  fileIn(context: string, written: string, view: CopiedView): string | null {
    for (const candidate of this.#candidatesFor(written, view)) {
      const path = posix.join(context, candidate);
      if (this.#tree.hasFile(path)) return path;
    }
    return null;
  }

  #candidatesFor(written: string, view: CopiedView): readonly string[] {
    const known = this.#candidates.get(view) ?? new Map<string, readonly string[]>();
    this.#candidates.set(view, known);
    const before = known.get(written);
    if (before) return before;
    const candidates = this.#contextCandidates(posix.resolve(view.workdir, written), view.copies);
    known.set(written, candidates);
    return candidates;
  }

  /**
   * Paths in the build context from which a file of the image may come, the likeliest first. Later copies overwrite
   * earlier ones, so they are looked at first.
   */
  #contextCandidates(imagePath: string, copies: readonly CopyStep[]): readonly string[] {
    const exact = this.#copiedFrom(imagePath, copies, 0);
    const name = posix.basename(imagePath);
    const sameName = copies
      .flatMap((copy) => (copy.from === null ? copy.sources : []))
      .filter((source) => posix.basename(source) === name);
    return unique([...exact, ...sameName.map(inContext), inContext(imagePath), name]);
  }

  #copiedFrom(imagePath: string, copies: readonly CopyStep[], depth: number): readonly string[] {
    const found: string[] = [];
    for (let n = copies.length - 1; n >= 0 && depth <= MAX_STAGES; n--) {
      const copy = copies[n]!;
      this.#lookedAt += copy.sources.length;
      if (this.#lookedAt > MAX_LOOKED_AT) break;
      const origins = copy.sources.flatMap((source) => originsOf(imagePath, source, copy.destination));
      if (copy.from === null) found.push(...origins.map(inContext));
      else if (origins.length > 0) {
        const inner = this.#stages.get(copy.from.toLowerCase())?.copies ?? [];
        for (const origin of origins)
          found.push(...this.#copiedFrom(posix.resolve('/', origin), inner, depth + 1));
      }
    }
    return found;
  }
}

/** What `imagePath` was before a copy of `source` to `destination`: a file, or a file below a copied folder. */
function originsOf(imagePath: string, source: string, destination: string): readonly string[] {
  const folder = destination.endsWith('/') ? destination : `${destination}/`;
  const name = posix.basename(imagePath);
  const origins: string[] = [];
  if (imagePath === destination) origins.push(source);
  if (imagePath === `${folder}${name}` && matches(posix.basename(source), name))
    origins.push(posix.join(posix.dirname(source), name));
  if (imagePath.startsWith(folder)) origins.push(posix.join(source, imagePath.slice(folder.length)));
  return origins;
}

/** Docker's patterns in a file's name: `*` and `?`. Linear but for the last star, which is tried again. */
function matches(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') [star, mark, p] = [p, n, p + 1];
    else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) [p, n] = [p + 1, n + 1];
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
