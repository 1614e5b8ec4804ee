import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PYTHON, WORK } from '../places.mjs';
import { installUv } from '../tools.mjs';

const run = promisify(execFile);
const HERE = join(WORK, 'repair');
const JUDGE = ['packaging==26.4', 'poetry-core==2.5.0'];
/** The last pips for 3.8 and 3.9 are older ones. */
const PIP = { newest: 'pip==26.3', 3.8: 'pip==25.0.1', 3.9: 'pip==26.0.1' };
export const POETRY = 'poetry==2.5.1';
const PEERS = { 'pip-audit': 'pip-audit==2.10.1' };

/** What the machine says of find-links would be a second source beside the index; uv must not look for Pythons to download. */
export const ENVIRONMENT = {
  ...process.env,
  PIP_FIND_LINKS: undefined,
  PYTHONPATH: undefined,
  UV_PYTHON_DOWNLOADS: 'never',
  UV_CACHE_DIR: join(HERE, 'uv'),
  UV_HTTP_TIMEOUT: '120',
};

/** The programs that judge, installed once: uv, a Python with `packaging`, and a newest pip for each Python that is asked for. */
export async function openInstruments() {
  await mkdir(HERE, { recursive: true });
  const uv = await installUv();
  const python = join(await environmentOf(uv, 'judge', null, JUDGE), 'bin', 'python');
  const pips = new Map();
  return {
    uv,
    python,
    pip: async (version) => {
      if (!pips.has(version)) pips.set(version, pipOf(uv, version));
      return pips.get(version);
    },
    peer: async (name, version) =>
      join(await environmentOf(uv, `${name}-${version}`, version, [PEERS[name]]), 'bin', name),
    poetry: async () => join(await environmentOf(uv, 'poetry', null, [POETRY]), 'bin'),
  };
}

/** The pip of a Python, or null where that Python is not on this machine. */
async function pipOf(uv, version) {
  if (!(await hasPython(uv, version))) return null;
  return join(
    await environmentOf(uv, `pip-${version}`, version, [PIP[version] ?? PIP.newest]),
    'bin',
    'python',
  );
}

async function hasPython(uv, version) {
  return run(uv, ['python', 'find', '--quiet', version], { env: ENVIRONMENT }).then(
    () => true,
    () => false,
  );
}

async function environmentOf(uv, name, python, packages) {
  const place = join(HERE, 'environments', name);
  const mark = join(place, `${packages.join('+')}.installed`);
  if (existsSync(mark)) return place;
  const which = python === null ? PYTHON : python;
  await run(uv, ['venv', '--quiet', '--clear', '--python', which, place], { env: ENVIRONMENT });
  const into = ['--python', join(place, 'bin', 'python')];
  await run(uv, ['pip', 'install', '--quiet', ...into, ...packages], { env: ENVIRONMENT });
  await writeFile(mark, '');
  return place;
}
