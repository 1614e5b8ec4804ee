import { join } from 'node:path';
import { toolEnvironment } from '../../change/lock-tools/tool-run.ts';
import type { Target } from '../../domain/target.ts';
import type { World } from '../../io/world.ts';
import { programsOnPath } from '../../read/ecosystems/pypi/default-index.ts';
import { interpreterFacts } from './interpreter-facts.ts';
import type { InterpreterFacts } from './interpreter-facts.ts';

/** How interpreters may be looked for and fetched. `uv` null: there is none, and nothing is fetched. */
export interface InterpreterSearch {
  readonly uv: { readonly path: string } | null;
  readonly toolsFolder: string;
  readonly offline: boolean;
}

export type FoundInterpreter =
  | { readonly kind: 'found'; readonly facts: InterpreterFacts }
  | { readonly kind: 'missing'; readonly why: string; readonly hint: string };

const FETCH_MS = 10 * 60_000;
/** Where uv gets interpreters from and keeps its own. */
const UV_VARIABLES =
  /^UV_(PYTHON_\w+_MIRROR|PYTHON_INSTALL_MIRROR|PYPY_INSTALL_MIRROR|HTTP_\w+|NATIVE_TLS|SYSTEM_CERTS|CACHE_DIR|INSECURE_HOST)$/;

/**
 * The interpreter that a target asks for: an exact patch, or any of a series. In this order: the PATH, pyenv's versions, those that uv
 * manages, those that fettle had uv fetch earlier, and last one that uv fetches now into fettle's own tools folder.
 */
export async function findInterpreter(
  target: Target,
  search: InterpreterSearch,
  world: World,
): Promise<FoundInterpreter> {
  const { runtime } = target;
  const fits = async (paths: readonly string[]): Promise<InterpreterFacts | null> => {
    for (const path of paths) {
      const facts = await interpreterFacts(path, world);
      if (facts !== null && isAsked(facts, runtime) && isBuiltFor(facts, target)) return facts;
    }
    return null;
  };
  const here = (await fits(await onPath(runtime, world))) ?? (await fits(await ofPyenv(runtime, world)));
  if (here !== null) return { kind: 'found', facts: here };
  const own = join(search.toolsFolder, 'python');
  for (const folder of search.uv === null ? [] : [null, own]) {
    const path = await managedByUv(runtime, search.uv!.path, folder, world);
    const facts = path === null ? null : await fits([path]);
    if (facts !== null) return { kind: 'found', facts };
  }
  const failed = await fetchWithUv(runtime, search, own, world);
  if (failed === null) {
    const path = await managedByUv(runtime, search.uv!.path, own, world);
    const facts = path === null ? null : await fits([path]);
    if (facts !== null) return { kind: 'found', facts };
  }
  return {
    kind: 'missing',
    why: `${nameOf(runtime)}, which the target asks for, is not on this machine${failed === null ? '' : `, and ${failed}`}`,
    hint: `install ${nameOf(runtime)}, or have uv do it (uv python install ${requestOf(runtime)})`,
  };
}

/** The whole version where it is said, else the series. */
function isAsked(facts: InterpreterFacts, { implementation, version }: Target['runtime']): boolean {
  if (facts.implementation !== implementation || facts.freeThreaded) return false;
  return facts.version === version || (/^\d+\.\d+$/.test(version) && facts.version.startsWith(`${version}.`));
}

/** A machine may have interpreters of other architectures and C libraries beside its own. */
function isBuiltFor(
  { platform, libc }: InterpreterFacts,
  { os, architecture, libc: wanted }: Target,
): boolean {
  if (os !== 'linux') return true;
  const names: ReadonlyMap<string, string> = new Map([
    ['arm64', 'aarch64'],
    ['amd64', 'x86_64'],
  ]);
  return (
    platform === `linux-${names.get(architecture) ?? architecture}` &&
    (wanted === null || libc.startsWith('glibc') === (wanted.name === 'glibc'))
  );
}

async function onPath(
  { implementation, version }: Target['runtime'],
  world: World,
): Promise<readonly string[]> {
  const [series] = /^\d+\.\d+/.exec(version) ?? [version];
  const names =
    implementation === 'pypy' ? [`pypy${series}`, 'pypy3'] : [`python${series}`, 'python3', 'python'];
  // A program of the series' own name first, wherever on the PATH it stands.
  return (await Promise.all(names.map((name) => programsOnPath(world, [name])))).flat();
}

/** `versions/3.11.7/bin/python` below PYENV_ROOT, newest first. */
async function ofPyenv(
  { implementation, version }: Target['runtime'],
  world: World,
): Promise<readonly string[]> {
  const home = world.environment['HOME'];
  const root = world.environment['PYENV_ROOT'] ?? (home === undefined ? '' : join(home, '.pyenv'));
  if (!root.startsWith('/')) return [];
  const start = implementation === 'pypy' ? `pypy${version}` : version;
  const names = ((await world.files.list(join(root, 'versions'))) ?? [])
    .map(({ name }) => name)
    .filter((name) => name === start || name.startsWith(`${start}.`) || name.startsWith(`${start}-`));
  const patch = (name: string): number => Number(/\.(\d+)$/.exec(name)?.[1] ?? -1);
  return names
    .toSorted((a, b) => patch(b) - patch(a))
    .map((name) => join(root, 'versions', name, 'bin', implementation === 'pypy' ? 'pypy3' : 'python'));
}

async function managedByUv(
  runtime: Target['runtime'],
  uv: string,
  folder: string | null,
  world: World,
): Promise<string | null> {
  const result = await world.processes.run({
    command: [
      uv,
      'python',
      'find',
      '--no-project',
      '--managed-python',
      '--no-python-downloads',
      requestOf(runtime),
    ],
    cwd: '/',
    environment: uvEnvironment(world, folder),
    timeoutMs: 60_000,
  });
  const path = result.stdout.trim().split('\n')[0] ?? '';
  return result.exitCode === 0 && path.startsWith('/') ? path : null;
}

/** Null where it went well; else why there is none, as the end of a sentence. */
async function fetchWithUv(
  runtime: Target['runtime'],
  { uv, offline }: InterpreterSearch,
  folder: string,
  world: World,
): Promise<string | null> {
  if (uv === null) return 'without uv none can be fetched';
  if (offline) return 'without the network none can be fetched';
  const result = await world.processes.run({
    command: [uv.path, 'python', 'install', requestOf(runtime)],
    cwd: '/',
    environment: uvEnvironment(world, folder),
    timeoutMs: FETCH_MS,
  });
  if (result.exitCode === 0) return null;
  return result.timedOut ? 'uv did not fetch it in time' : 'uv could not fetch it';
}

function uvEnvironment(world: World, folder: string | null): Readonly<Record<string, string>> {
  return toolEnvironment(world, folder === null ? /^UV_(PYTHON_\w+|CACHE_DIR)$/ : UV_VARIABLES, {
    UV_NO_PROGRESS: '1',
    // Nothing is put on the user's own PATH.
    UV_PYTHON_INSTALL_BIN: '0',
    ...(folder === null ? {} : { UV_PYTHON_INSTALL_DIR: folder }),
  });
}

/** As uv asks for it: "3.12", "pypy@3.10". */
function requestOf({ implementation, version }: Target['runtime']): string {
  return implementation === 'cpython' ? version : `${implementation}@${version}`;
}

function nameOf({ implementation, version }: Target['runtime']): string {
  return `${implementation === 'pypy' ? 'PyPy' : 'Python'} ${version}`;
}
