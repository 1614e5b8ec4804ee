import { UserFacingError } from '../domain/errors.ts';
import type { ProcessResult } from './process.ts';
import type { World } from './world.ts';

const MAX_LISTING_BYTES = 256 << 20;
const TIMEOUT_MS = 60_000;

export type GitWorld = Pick<World, 'processes' | 'environment'>;

/** Names and values of git's settings; the last of one name holds. */
type Settings = readonly (readonly [string, string])[];

/** Git before 2.44 knows no GIT_NO_LAZY_FETCH; without a protocol that is allowed it fetches nothing either. */
const QUIET = {
  ...{ LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
  ...{ GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' },
};
const STILL: Settings = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['safe.bareRepository', 'explicit'],
];

/**
 * Runs git in a folder, its output with every byte as one character. It asks for nothing, fetches nothing and takes no locks, and a
 * file watcher or hook that the repository names is not run. What lies in a work tree and looks like a bare repository is none: it came
 * with a clone, and so did its settings (git-config, "safe.bareRepository"). Where git reads files of the work tree, `gitOnFiles` is the one.
 */
export function git(
  world: GitWorld,
  cwd: string,
  args: readonly string[],
  settings: Settings = [],
): Promise<ProcessResult> {
  const kept = ['PATH', 'HOME', 'XDG_CONFIG_HOME'].flatMap((name) => {
    const value = world.environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return world.processes.run({
    command: ['git', '-C', cwd, ...args],
    environment: { ...Object.fromEntries(kept), ...QUIET, ...asEnvironment([...STILL, ...settings]) },
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_LISTING_BYTES,
    encoding: 'latin1',
  });
}

/**
 * The same, where git compares files of the work tree: it would run the programs that the repository's settings name as filters on them
 * (gitattributes, "filter").
 */
export async function gitOnFiles(
  world: GitWorld,
  cwd: string,
  args: readonly string[],
): Promise<ProcessResult> {
  const named = await git(world, cwd, ['config', '--null', '--name-only', '--get-regexp', '^filter[.]']);
  // Without its filters one that is "required" would be an error.
  const off = named.stdout
    .split('\0')
    .filter((name) => name !== '')
    .map((name) => [utf8(name), name.endsWith('.required') ? 'false' : ''] as const);
  return git(world, cwd, args, off);
}

/** In the environment, where a name may hold "=" (git-config, "GIT_CONFIG_COUNT"). */
function asEnvironment(settings: Settings): Readonly<Record<string, string>> {
  const pairs = settings.flatMap(([name, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, name] as const,
    [`GIT_CONFIG_VALUE_${at}`, value] as const,
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}

/** The root of the work tree that a folder is in. Throws `usage` with this hint where it is in none. */
export async function workTreeOf(world: GitWorld, folder: string, hint: string): Promise<string> {
  const top = await git(world, folder, ['rev-parse', '--show-toplevel']);
  if (top.notFound)
    throw new UserFacingError('usage', 'git is not installed, so no revision can be read', {
      hint: 'install git',
    });
  if (top.exitCode !== 0)
    throw new UserFacingError('usage', `${folder} is in no git repository (${firstLine(top)})`, { hint });
  return utf8(top.stdout.replace(/\n$/, ''));
}

/** The commit that a revision names. Throws `usage` where there is none. */
export async function commitOf(world: GitWorld, root: string, revision: string): Promise<string> {
  const name = `${revision}^{commit}`;
  const commit = await git(world, root, ['rev-parse', '--verify', '--quiet', '--end-of-options', name]);
  if (commit.exitCode === 0) return commit.stdout.trim();
  throw new UserFacingError('usage', `there is no revision ${JSON.stringify(revision)}`, {
    hint: 'name a branch, a tag or a commit',
  });
}

/** What git printed, as the text that it is. */
export function utf8(output: string): string {
  return Buffer.from(output, 'latin1').toString();
}

export function firstLine({ stderr }: ProcessResult): string {
  return stderr.split('\n')[0] || 'git says nothing';
}
