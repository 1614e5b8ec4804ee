import { posix } from 'node:path';
import type { NotSupported } from '../../domain/project.ts';
import type { ReadingContext } from './manifest-reader.ts';
import { testDataFolder, testDataIn } from './test-data.ts';

/** A kind of file that asks for packages and is not read. `asks`: only where its text matches. */
interface UnsupportedKind {
  readonly name: RegExp;
  readonly asks: RegExp | null;
  readonly what: string;
}

const UNSUPPORTED: readonly UnsupportedKind[] = [
  { name: /^pdm\.lock$/, asks: null, what: 'lock of PDM' },
  {
    name: /^(conda-)?env(ironment)?([-_.][\w.-]+)?\.ya?ml$/,
    asks: /^dependencies:/m,
    what: 'environment of conda',
  },
  { name: /^conda-lock\.yml$|^pixi\.(toml|lock)$/, asks: null, what: 'environment of conda' },
  {
    name: /^BUILD(\.(bazel|pants))?$/,
    asks: /\b(python_requirements?|poetry_requirements|pip_parse)\s*\(/,
    what: 'requirements in a BUILD file',
  },
];

/** Longer files are listed without being looked into. */
const LOOKED_INTO = 1_000_000;

/** Files of the tree that ask for packages in a form that is not read yet, and folders of test data, with what they are. */
export async function unsupportedFiles(context: ReadingContext): Promise<readonly NotSupported[]> {
  const found: NotSupported[] = [];
  for (const path of context.tree.paths) {
    const name = posix.basename(path);
    const kind = UNSUPPORTED.find((candidate) => candidate.name.test(name));
    if (testDataFolder(path) !== null) continue;
    if (kind && (kind.asks === null || (await asksForPackages(path, kind.asks, context))))
      found.push({ path, what: kind.what });
  }
  for (const path of context.tree.notEntered)
    found.push({ path, what: 'folder that was not entered: the tree is too deep or too large' });
  return [...found, ...testDataIn(context)];
}

async function asksForPackages(path: string, pattern: RegExp, context: ReadingContext): Promise<boolean> {
  const text = await context.peek(path);
  return text !== null && (text.length > LOOKED_INTO || pattern.test(text));
}
