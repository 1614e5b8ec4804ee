import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PYTHON, WORK } from './places.mjs';

const run = promisify(execFile);
const OSV_SCANNER_VERSION = '2.5.1';
const OSV_SCANNER = `github.com/google/osv-scanner/v2/cmd/osv-scanner@v${OSV_SCANNER_VERSION}`;
const PIP_AUDIT_VERSION = '2.10.1';
/** The last pips for 3.8 and 3.9 are older ones. */
const PIP_VERSION = { newest: '26.3', 3.8: '25.0.1', 3.9: '26.0.1' };
export const VERSIONS = { 'osv-scanner': OSV_SCANNER_VERSION, 'pip-audit': PIP_AUDIT_VERSION };

/** What the machine says of find-links would be a second source beside the index; uv must not look for Pythons to download. */
export const ENVIRONMENT = {
  ...process.env,
  PIP_FIND_LINKS: undefined,
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PYTHONPATH: undefined,
  UV_PYTHON_DOWNLOADS: 'never',
  UV_CACHE_DIR: join(WORK, 'repair', 'uv'),
  UV_HTTP_TIMEOUT: '120',
};

/** An environment with packages in fixed versions, made once; `python`: a version, or null for the bench's own. */
export async function environmentOf(uv, name, python, packages) {
  const place = join(WORK, 'repair', 'environments', name);
  const mark = join(place, `${packages.join('+')}.installed`);
  if (existsSync(mark)) return place;
  await run(uv, ['venv', '--quiet', '--clear', '--python', python ?? PYTHON, place], { env: ENVIRONMENT });
  const into = ['--python', join(place, 'bin', 'python')];
  await run(uv, ['pip', 'install', '--quiet', ...into, ...packages], { env: ENVIRONMENT });
  await writeFile(mark, '');
  return place;
}

/** The Python with the pip for a version of Python, or null where that Python is not on this machine. */
export async function installPip(uv, version) {
  if (!(await hasPython(uv, version))) return null;
  const pip = `pip==${PIP_VERSION[version] ?? PIP_VERSION.newest}`;
  return join(await environmentOf(uv, `pip-${version}`, version, [pip]), 'bin', 'python');
}

async function hasPython(uv, version) {
  return run(uv, ['python', 'find', '--quiet', version], { env: ENVIRONMENT }).then(
    () => true,
    () => false,
  );
}

/** pip-audit under a Python; the path of its program. */
export async function installPipAudit(uv, version) {
  const packages = [`pip-audit==${PIP_AUDIT_VERSION}`];
  return join(await environmentOf(uv, `pip-audit-${version}`, version, packages), 'bin', 'pip-audit');
}

/** osv-scanner, built from the Go module proxy, with a dump as its offline database: its program, and the environment to run it in. */
export async function installOsvScanner(dump) {
  const place = join(WORK, `osv-scanner-${OSV_SCANNER_VERSION}`);
  const program = join(place, 'osv-scanner');
  if (!existsSync(program)) {
    await mkdir(place, { recursive: true });
    const env = { ...process.env, GOBIN: place, GOTOOLCHAIN: 'auto', GOFLAGS: '-mod=mod' };
    await run('go', ['install', OSV_SCANNER], { env, maxBuffer: 16 << 20 });
  }
  const databases = join(place, 'databases');
  for (const layout of ['osv-scalibr', 'osv-scanner']) {
    await mkdir(join(databases, layout, 'PyPI'), { recursive: true });
    await cp(dump, join(databases, layout, 'PyPI', 'all.zip'));
  }
  return { program, env: { ...ENVIRONMENT, OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: databases } };
}

/** An OSV service on loopback over a dump, for the tools that read no dump: its base address, and how it ends. */
export async function openOsvService(python, dump) {
  const script = join(import.meta.dirname, 'repair', 'osv_service.py');
  const service = spawn(python, [script, dump], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = await once(service.stdout.setEncoding('utf8'), 'data');
  return { url: `http://127.0.0.1:${port.trim()}`, close: () => service.kill() };
}

/** The Python that the independent matching runs in. */
export async function installJudge(uv) {
  const packages = ['packaging==26.4', 'poetry-core==2.5.0'];
  return join(await environmentOf(uv, 'judge', null, packages), 'bin', 'python');
}
