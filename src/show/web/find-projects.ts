import { basename, join, relative } from 'node:path';
import type { Files } from '../../io/files.ts';
import { STATE_FOLDER } from '../../change/state-folder.ts';
import { UserFacingError } from '../../domain/errors.ts';

/** A repository in which fettle left runs. */
export interface FoundProject {
  /** As it is shown: relative to the root that is served, with the root's own name where several are. */
  readonly name: string;
  /** Real path of its folder of runs. */
  readonly runsFolder: string;
}

export interface FoundProjects {
  readonly projects: readonly FoundProject[];
  /** What was not looked at, in sentences. */
  readonly problems: readonly string[];
}

/** Deeper than services of a monorepo lie; a root that is a whole home folder is not walked to its end. */
export const DEEPEST = 6;
export const MOST_FOLDERS = 50_000;

/** Large, and never with a repository of one's own in them. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['node_modules', 'venv', '__pycache__', 'site-packages', 'target', 'dist', 'build', 'vendor'],
]);

/**
 * Looks below each root, breadth first. Symbolic links are not followed: what lies outside of a root is not shown, and nothing is
 * walked in circles. Folders whose names begin with a dot are left out.
 */
export async function findProjects(
  roots: readonly string[],
  files: Pick<Files, 'list' | 'realPath'>,
): Promise<FoundProjects> {
  const projects: FoundProject[] = [];
  const problems: string[] = [];
  for (const root of roots) {
    const real = await files.realPath(root);
    if (real === null) problems.push(`${root} is not there`);
    else await walk(real, roots.length > 1, { projects, problems }, files);
  }
  const seen = new Set<string>();
  return {
    projects: projects.filter(({ runsFolder }) => !seen.has(runsFolder) && seen.add(runsFolder)),
    problems,
  };
}

async function walk(
  root: string,
  isOneOfSeveral: boolean,
  found: { readonly projects: FoundProject[]; readonly problems: string[] },
  files: Pick<Files, 'list' | 'realPath'>,
): Promise<void> {
  let level: readonly string[] = [root];
  let looked = 0;
  for (let depth = 0; depth <= DEEPEST && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (++looked > MOST_FOLDERS) {
        found.problems.push(`${root} has more than ${MOST_FOLDERS} folders: not all were looked at`);
        return;
      }
      const inner = await foldersIn(folder, files, found.problems);
      if (inner.includes(STATE_FOLDER)) {
        const runsFolder = join(folder, STATE_FOLDER, 'runs');
        // A folder of runs that a link leads elsewhere is none of this root's.
        if ((await files.realPath(runsFolder)) === runsFolder)
          found.projects.push({ name: nameOf(root, folder, isOneOfSeveral), runsFolder });
      }
      next.push(
        ...inner
          .filter((name) => !name.startsWith('.') && !LEFT_OUT.has(name))
          .map((name) => join(folder, name)),
      );
    }
    level = next;
  }
}

function nameOf(root: string, folder: string, isOneOfSeveral: boolean): string {
  const below = relative(root, folder);
  const own = basename(root) === '' ? root : basename(root);
  if (below === '') return own;
  return isOneOfSeveral ? `${own}/${below}` : below;
}

async function foldersIn(
  folder: string,
  files: Pick<Files, 'list'>,
  problems: string[],
): Promise<readonly string[]> {
  try {
    const entries = (await files.list(folder)) ?? [];
    return entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name);
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    if (problems.length < 100) problems.push(error.message);
    return [];
  }
}
