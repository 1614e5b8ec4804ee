import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/*
 * Lock tools, each in an environment of its own under `.cache/live/tools`, installed from the machine's package index once. Their
 * versions are fixed, so that a release of theirs is no failure of ours.
 */

const PLACE = join(import.meta.dirname, '..', '..', '.cache', 'live', 'tools');

const TOOLS = {
  uv: 'uv==0.13.9',
  poetry: 'poetry==2.5.1',
  pipenv: 'pipenv==2026.10.3',
  poetry1: 'poetry==1.8.5',
  'pip-tools': 'pip-tools==7.5.2',
} as const;

const PATIENCE_MS = 900_000;

export type Tool = keyof typeof TOOLS;

export function toolFolder(tool: Tool): string {
  return join(PLACE, tool);
}

/** Why they are not here, or null. */
export const missing = installTools();

/** With every tool on the PATH, the newer Poetry first. */
export const ENVIRONMENT: Readonly<Record<string, string | undefined>> = {
  ...process.env,
  // What the checks put there for themselves is none of the tools' own.
  PYTHONPATH: undefined,
  PATH: [
    ...(Object.keys(TOOLS) as Tool[]).map((tool) => join(toolFolder(tool), 'bin')),
    process.env['PATH'],
  ].join(delimiter),
  ...{ UV_PYTHON_DOWNLOADS: 'never', POETRY_VIRTUALENVS_CREATE: 'false', CI: '1' },
  ...{ PIPENV_IGNORE_VIRTUALENVS: '1', PIPENV_NOSPIN: '1', PIPENV_YES: '1' },
  WORKON_HOME: join(PLACE, 'environments'),
};

/** Two files of tests may begin at once: whoever makes the folder first installs, the other waits. */
function installTools(): string | null {
  mkdirSync(PLACE, { recursive: true });
  const turn = join(PLACE, 'installing');
  for (const started = Date.now(); !takeTurn(turn); sleep(500))
    if (Date.now() - started > PATIENCE_MS) return `${turn} is held by somebody: remove it`;
  try {
    return installAll();
  } finally {
    rmdirSync(turn);
  }
}

function takeTurn(turn: string): boolean {
  try {
    mkdirSync(turn);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function installAll(): string | null {
  for (const [tool, requirement] of Object.entries(TOOLS)) {
    const place = join(PLACE, tool);
    const mark = join(place, `${requirement}.installed`);
    if (existsSync(mark)) continue;
    if (spawnSync('python3', ['-m', 'venv', '--clear', place]).status !== 0)
      return 'python3 with venv is not there';
    const pip = ['-m', 'pip', 'install', '--quiet', requirement];
    if (
      spawnSync(join(place, 'bin', 'python'), pip, { env: { ...process.env, PYTHONPATH: undefined } })
        .status !== 0
    )
      return `${requirement} cannot be installed from the package index`;
    execFileSync('touch', [mark]);
  }
  return null;
}

/** Runs a tool's program in a folder, and throws with what it said where it does not end well. */
export function tool(folder: string, name: Tool, ...words: readonly string[]): string {
  const program = {
    poetry1: 'poetry',
    'pip-tools': 'pip-compile',
    uv: 'uv',
    poetry: 'poetry',
    pipenv: 'pipenv',
  }[name];
  return execFileSync(join(toolFolder(name), 'bin', program), words, {
    cwd: folder,
    env: ENVIRONMENT,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}
