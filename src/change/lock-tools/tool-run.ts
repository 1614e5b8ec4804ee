import { masked } from '../../io/masked.ts';
import type { ProcessResult } from '../../io/process.ts';
import type { World } from '../../io/world.ts';
import { refused } from './relock-request.ts';
import type { Relocked } from './relock-request.ts';

/** A large project's lock on a slow index. */
const MOST_MS = 15 * 60_000;
const MOST_OUTPUT = 256 * 1024;

/** What every tool needs to run and to reach its index as its user does: nothing else of the environment is handed on. */
const COMMON =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|XDG_\w+|TMPDIR|NETRC|SSH_AUTH_SOCK|PYENV_\w+|LD_LIBRARY_PATH|SYSTEMROOT|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|https?_proxy|HTTPS?_PROXY|all_proxy|ALL_PROXY|no_proxy|NO_PROXY)$/;

/** The common variables, those whose names `own` takes, and what is set besides. */
export function toolEnvironment(
  world: Pick<World, 'environment'>,
  own: RegExp,
  set: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(world.environment))
    if (value !== undefined && (COMMON.test(name) || own.test(name))) passed[name] = value;
  return { ...passed, NO_COLOR: '1', TERM: 'dumb', ...set };
}

/** One run of a tool: its whole command and environment. */
export interface ToolRun {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Where a tool has no switch that refuses builds, or one with exceptions, what a build needs is given this name, which nothing on any
 * machine has: the build ends with an error that tells it before any code of a package is run.
 */
export const REFUSED_BUILD = '/refused-by-fettle';

/** Runs it; null when it went well, else the refusal with the tool's own words. */
export async function runTool(
  world: Pick<World, 'processes'>,
  tool: string,
  run: ToolRun,
  hint: string,
): Promise<Extract<Relocked, { kind: 'refused' }> | null> {
  const result = await world.processes.run({ ...run, timeoutMs: MOST_MS, maxOutputBytes: MOST_OUTPUT });
  if (result.exitCode === 0) return null;
  if (result.notFound) return refused(`${tool} is not there any more`, `install ${tool}, and run it again`);
  if (result.timedOut)
    return refused(`${tool} did not end within ${MOST_MS / 60_000} minutes`, 'run it yourself to see why');
  if (`${result.stdout}${result.stderr}`.includes(REFUSED_BUILD))
    return refused(
      `${tool} would have to build a package to learn what it needs, and builds are not allowed`,
      'allow them with --allow-build, which needs bubblewrap',
    );
  return refused(`${tool} does not lock this plan: ${saidBy(result, run.environment)}`, hint);
}

/** The first lines of what a tool said, on one line, without secrets, control characters and paths of the copy. */
export function saidBy(result: ProcessResult, environment: Readonly<Record<string, string>>): string {
  const text = result.stderr.trim() === '' ? result.stdout : result.stderr;
  const said = masked(text, environment)
    .split('\n')
    .map((line) => line.replaceAll('\t', ' ').trim())
    .filter((line) => line !== '' && !NOISE.test(line))
    .slice(0, 6)
    .join(' ');
  if (said === '') return `it ended with ${result.exitCode ?? result.signal ?? 'an error'} and said nothing`;
  return said.length > 600 ? `${said.slice(0, 600)}…` : said;
}

/** What the tools say of their progress, and warnings that are no reason. */
const NOISE =
  /^(Using (CPython|PyPy)|Updating dependencies|Resolving dependencies|Resolved \d|Locking |Building requirements|Creating a virtualenv|Success|Warning:|warning:|Virtualenv location|Pipfile:)/;
