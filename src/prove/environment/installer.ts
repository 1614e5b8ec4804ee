import { toolEnvironment } from '../../change/lock-tools/tool-run.ts';
import type { ToolRun } from '../../change/lock-tools/tool-run.ts';
import type { World } from '../../io/world.ts';
import type { IndexAddresses } from './index-variables.ts';
import { pipVariables, uvVariables, uvWords } from './index-variables.ts';
import type { InterpreterFacts } from './interpreter-facts.ts';

/** What an installer works on: all of it within one private folder. */
export interface InstallPlace {
  /** The new environment. */
  readonly environment: string;
  /** Where the tool is started; it holds nothing that changes what the tool does. */
  readonly cwd: string;
  /** The set, one `name==version --hash=…` a line. */
  readonly requirements: string;
}

/** The three steps of an install, as commands of one tool. */
export interface Installer {
  /** "uv", "pip". */
  readonly name: string;
  readonly version: string;
  /** Absolute path of uv, which builds as well; null: nothing is built. */
  readonly uv: string | null;
  makeEnvironment(place: InstallPlace, python: InterpreterFacts): ToolRun;
  /** Exactly the set: nothing is resolved, nothing built, every file by its hash. */
  install(place: InstallPlace, addresses: IndexAddresses): ToolRun;
  /** It starts the environment's interpreter, and with it what packages put in `.pth` files: see `checkConsistency`. */
  checkConsistency(place: InstallPlace): ToolRun;
}

/** Variables that say how the network is reached and where files are kept; those that would change what is installed are not handed on. */
const UV_VARIABLES =
  /^UV_(INSECURE_HOST|KEYRING_PROVIDER|NATIVE_TLS|SYSTEM_CERTS|HTTP_\w+|REQUEST_TIMEOUT|CONCURRENT_\w+|CACHE_DIR|CREDENTIALS_DIR|INDEX_\w+_(USERNAME|PASSWORD))$/;
const PIP_VARIABLES =
  /^PIP_(CERT|CLIENT_CERT|PROXY|TRUSTED_HOST|TIMEOUT|DEFAULT_TIMEOUT|RETRIES|CACHE_DIR|NO_CACHE_DIR|KEYRING_PROVIDER|CONFIG_FILE)$/;

/** uv (`uv pip sync`, https://docs.astral.sh/uv/pip/): hard links out of its cache where the file system can. */
export function uvInstaller(
  uv: { readonly path: string; readonly version: string },
  offline: boolean,
  world: World,
): Installer {
  const environment = (set: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    toolEnvironment(world, UV_VARIABLES, { UV_NO_PROGRESS: '1', UV_PYTHON_DOWNLOADS: 'never', ...set });
  return {
    ...{ name: 'uv', version: uv.version, uv: uv.path },
    makeEnvironment: (place, python) => ({
      command: [uv.path, 'venv', '--no-project', '--quiet', '--python', python.path, place.environment],
      cwd: place.cwd,
      environment: environment({ UV_OFFLINE: '1' }),
    }),
    install: (place, addresses) => ({
      command: [
        ...([uv.path, 'pip', 'sync', '--python', interpreterIn(place.environment)] as const),
        ...['--require-hashes', '--no-build', '--link-mode', 'hardlink', ...uvWords(addresses)],
        place.requirements,
      ],
      cwd: place.cwd,
      environment: environment({ ...uvVariables(addresses), ...(offline ? { UV_OFFLINE: '1' } : {}) }),
    }),
    checkConsistency: (place) => ({
      command: [uv.path, 'pip', 'check', '--python', interpreterIn(place.environment)],
      cwd: place.cwd,
      environment: environment({ UV_OFFLINE: '1' }),
    }),
  };
}

/** The interpreter's own pip, which works on an environment that has none (`pip --python`, since pip 22.3). */
export function pipInstaller(
  python: InterpreterFacts,
  version: string,
  offline: boolean,
  world: World,
): Installer {
  const pip = (environment: string) =>
    [python.path, '-I', '-m', 'pip', '--python', interpreterIn(environment)] as const;
  const environment = (set: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    toolEnvironment(world, PIP_VARIABLES, {
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_USER: '0',
      PIP_NO_INPUT: '1',
      ...set,
    });
  return {
    ...{ name: 'pip', version, uv: null },
    makeEnvironment: (place) => ({
      command: [python.path, '-I', '-m', 'venv', '--without-pip', place.environment],
      cwd: place.cwd,
      environment: environment({}),
    }),
    install: (place, addresses) => ({
      command: [
        ...pip(place.environment),
        ...(['install', '--no-compile', '--no-deps', '--require-hashes', '--only-binary', ':all:'] as const),
        ...(offline ? ['--no-index'] : []),
        ...['-r', place.requirements],
      ],
      cwd: place.cwd,
      environment: environment(pipVariables(addresses)),
    }),
    checkConsistency: (place) => ({
      command: [...pip(place.environment), 'check'],
      cwd: place.cwd,
      environment: environment({ PIP_NO_CACHE_DIR: '1' }),
    }),
  };
}

/** The environment's own interpreter (PEP 405). */
export function interpreterIn(environment: string): string {
  return `${environment}/bin/python`;
}

/** The version of an interpreter's pip where it knows `--python`; else why it cannot be used. */
export async function usablePip(
  python: InterpreterFacts,
  world: World,
): Promise<{ readonly version: string } | { readonly why: string }> {
  const result = await world.processes.run({
    command: [python.path, '-I', '-m', 'pip', '--version'],
    cwd: '/',
    environment: toolEnvironment(world, /^$/, { PIP_DISABLE_PIP_VERSION_CHECK: '1' }),
    timeoutMs: 60_000,
  });
  const [, version, major, minor] = /^pip ((\d{1,4})\.(\d{1,4})\S{0,30})/.exec(result.stdout) ?? [];
  if (result.exitCode !== 0 || version === undefined) return { why: `${python.path} has no pip` };
  if (Number(major) * 100 + Number(minor) < 2203)
    return { why: `the pip of ${python.path} is ${version}, which cannot install into another environment` };
  return { version };
}
