import { decode, encode } from 'msgpackr';
import { UserFacingError } from '../../../domain/errors.ts';
import type { World } from '../../../io/world.ts';
import type { FoundSetting } from './index-source.ts';

/** What the machine's own tools say: pip's compiled-in index and its interpreter's prefix (for the site pip.conf). */
export interface PipFacts {
  readonly indexUrl: string;
  readonly sitePrefix: string;
  readonly interpreter: string;
}

interface StoredAnswer {
  readonly at: number;
  readonly output: string | null;
}

/** A tool may be replaced without its path changing, so an answer is asked for anew after a day. */
const KEPT_FOR_MS = 24 * 3600 * 1000;
const ASK_PIP =
  'import sys, pip._internal.models.index as m; sys.stdout.write(m.PyPI.simple_url + "\\n" + sys.prefix)';

/**
 * The default index that is compiled into the first pip on the PATH, read in a subprocess that imports nothing from
 * the working folder or PYTHONPATH (`-I`). Null where no interpreter on the PATH has pip.
 */
export async function pipFacts(world: World): Promise<PipFacts | null> {
  for (const interpreter of await programsOnPath(world, ['python3', 'python'])) {
    const output = await ask(world, interpreter, ['-I', '-c', ASK_PIP]);
    const [indexUrl, sitePrefix] = (output ?? '').split('\n');
    if (indexUrl !== undefined && sitePrefix !== undefined && URL.canParse(indexUrl))
      return { indexUrl, sitePrefix, interpreter };
  }
  return null;
}

/** The default index that uv's own help names ("by default: <URL>"), or null where there is no uv. */
export async function uvDefaultIndex(world: World): Promise<FoundSetting | null> {
  for (const program of await programsOnPath(world, ['uv'])) {
    const help = await ask(world, program, ['help', '--no-pager', 'pip', 'compile']);
    const url = defaultInHelp(help ?? '');
    if (url !== null) return { value: url, readFrom: `the default of ${program}` };
  }
  return null;
}

/** The URL in "(by default: <URL>)", which the help may have wrapped over two lines. */
export function defaultInHelp(help: string): string | null {
  const match = /--default-index\b[\s\S]{0,600}?by\s+default:\s+<([^>\s]{1,2000})>/.exec(help);
  return match && URL.canParse(match[1]!) ? match[1]! : null;
}

/** What is told when neither a setting nor a tool names an index. */
export function noIndexError(): UserFacingError {
  return new UserFacingError(
    'no-index',
    'no package index is known: nothing sets one, and neither pip nor uv is installed to name its default',
    { hint: 'name one with --index-url URL, PIP_INDEX_URL, pip.conf or in the requirements file' },
  );
}

/** Standard output of a tool that ended well, from the cache while it is young; null where it failed. */
async function ask(world: World, program: string, args: readonly string[]): Promise<string | null> {
  const key = `answer/${(await world.files.realPath(program)) ?? program}/${args.join(' ')}`;
  const now = world.clock.now().getTime();
  const stored = world.cache.get('tools', key);
  if (stored !== null) {
    const answer = decode(stored) as StoredAnswer;
    if (now >= answer.at && now - answer.at < KEPT_FOR_MS) return answer.output;
  }
  // What has not been asked for a day is mostly followed by questions to the index.
  world.http.prepare?.();
  const result = await world.processes.run({
    command: [program, ...args],
    cwd: '/',
    environment: toolEnvironment(world),
    timeoutMs: 20_000,
  });
  const output = result.exitCode === 0 ? result.stdout : null;
  if (!result.timedOut) world.cache.put('tools', key, encode({ at: now, output } satisfies StoredAnswer));
  return output;
}

/** Only what finding an interpreter needs: none of the variables that change what it imports or prints. */
function toolEnvironment(world: World): Readonly<Record<string, string>> {
  const kept = [
    'PATH',
    'HOME',
    'PYENV_ROOT',
    'PYENV_VERSION',
    'VIRTUAL_ENV',
    'LD_LIBRARY_PATH',
    'SYSTEMROOT',
  ];
  const environment: Record<string, string> = { NO_COLOR: '1', LC_ALL: 'C.UTF-8' };
  for (const name of kept) {
    const value = world.environment[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** Absolute paths of programs of these names, in the order of the PATH; its relative entries are not trusted. */
export async function programsOnPath(world: World, names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of (world.environment['PATH'] ?? '').split(':')) {
    if (!folder.startsWith('/')) continue;
    for (const name of names) {
      const path = `${folder.replace(/\/+$/, '')}/${name}`;
      if ((await world.files.realPath(path)) !== null) found.push(path);
    }
  }
  return [...new Set(found)];
}
