import { join } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { DirectoryEntry, Files } from '../../io/files.ts';

/** A Python file of a service, and what it is there for. */
export interface SourceFile {
  readonly path: string;
  /** Below the project's root, with `/`. */
  readonly file: string;
  readonly role: 'service' | 'test' | 'tool';
}

export interface SourceFiles {
  readonly files: readonly SourceFile[];
  /** What was not read, in words. */
  readonly leftOut: readonly string[];
}

const MOST_FILES = 5_000;
const MOST_FOLDERS = 5_000;
const DEEPEST = 24;

/** Folders of tools and of what they build. Those that begin with a dot are left out too. */
const NOT_SOURCES = new Set([
  'node_modules',
  '__pycache__',
  '__pypackages__',
  'build',
  'dist',
  'site-packages',
  'venv',
  'env',
  'virtualenv',
]);
const TOOLS = /^(?:setup|noxfile|fabfile|dodo)\.py$/;
const TESTS = /^(?:test_.*|.*_test|conftest|tests)\.py$/;

/** The Python files below the service's folders; links are not followed, virtual environments and what is built are left out. */
export async function findSources(
  root: string,
  folders: readonly string[],
  files: Files,
): Promise<SourceFiles> {
  const found: SourceFile[] = [];
  const leftOut: string[] = [];
  const seen = new Set<string>();
  const waiting = folders.map((at) => ({ at, depth: 0 }));
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next.at)) continue;
    if (seen.size === MOST_FOLDERS || found.length >= MOST_FILES) {
      leftOut.push(`what is below more than ${MOST_FOLDERS} folders or ${MOST_FILES} files`);
      break;
    }
    seen.add(next.at);
    const entries = await entriesOf(files, next.at, leftOut);
    if (entries.some(({ name }) => name === 'pyvenv.cfg')) continue;
    for (const { name, kind } of entries) {
      const path = join(next.at, name);
      if (kind === 'directory' && isSourceFolder(name)) {
        if (next.depth < DEEPEST) waiting.push({ at: path, depth: next.depth + 1 });
        else leftOut.push(`${path}, which is too deep`);
      }
      if (kind === 'file' && name.endsWith('.py')) found.push(sourceFile(root, path));
    }
  }
  return { files: found.slice(0, MOST_FILES), leftOut };
}

/** A folder that cannot be listed is told, and the others are read. */
async function entriesOf(files: Files, path: string, leftOut: string[]): Promise<readonly DirectoryEntry[]> {
  try {
    return (await files.list(path)) ?? [];
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    leftOut.push(error.message);
    return [];
  }
}

function isSourceFolder(name: string): boolean {
  return !name.startsWith('.') && !NOT_SOURCES.has(name) && !name.endsWith('.egg-info');
}

function sourceFile(root: string, path: string): SourceFile {
  const below = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  const segments = below.split('/');
  const name = segments.pop()!;
  const test = TESTS.test(name) || segments.some((one) => one === 'tests' || one === 'test');
  return { path, file: below, role: test ? 'test' : TOOLS.test(name) ? 'tool' : 'service' };
}
