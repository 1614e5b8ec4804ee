import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { advisories, PYTHON, REPOSITORY, WORK } from './places.mjs';

const run = promisify(execFile);
const UV_VERSION = '0.13.9';
/** The target of every run; in full, since "3.11" means the oldest patch to one program and the newest to the other. */
const RUNTIME = '3.11.13';

/** uv of a fixed version, installed from the machine's own package index; the path of its program. */
export async function installUv() {
  const environment = join(WORK, `uv-${UV_VERSION}`);
  const uv = join(environment, 'bin', 'uv');
  if (existsSync(uv)) return uv;
  await run(PYTHON, ['-m', 'venv', environment]);
  await run(join(environment, 'bin', 'pip'), ['install', '--quiet', `uv==${UV_VERSION}`]);
  return uv;
}

/** The command, built as it is published, into a folder of the bench's own; `given`: another build's `main.js`. */
export async function buildFettle(given) {
  if (given !== undefined) return given;
  const folder = join(WORK, 'fettle');
  await mkdir(folder, { recursive: true });
  await cp(join(REPOSITORY, 'package.json'), join(folder, 'package.json'));
  await run(process.execPath, ['scripts/build.mjs', join(folder, 'dist')], { cwd: REPOSITORY });
  return join(folder, 'dist', 'cli', 'main.js');
}

/**
 * The interpreter that uv is told to use. Left to itself it asks every Python on the PATH, which takes seconds where those are shims,
 * and is not what is measured.
 */
export function interpreterOf(uv) {
  return realpathSync(join(dirname(uv), 'python'));
}

/** `uv pip compile` of a file. */
export function uvCompile(uv, input, { cache, output, offline = false, excludeNewer = null, build = true }) {
  return [
    ...[uv, 'pip', 'compile', '--quiet', '--no-header', '--no-annotate', '--python', interpreterOf(uv)],
    ...['--python-version', RUNTIME, '--python-platform', 'linux', '--cache-dir', cache],
    ...(offline ? ['--offline'] : []),
    ...(build ? [] : ['--no-build']),
    ...(excludeNewer === null ? [] : ['--exclude-newer', excludeNewer]),
    ...['--output-file', output, input],
  ];
}

/** `fettle lock` of a file, for the same target. */
export function fettleLock(fettle, input, { cache, output, offline = false }) {
  return [...fettleJob(fettle, 'lock', input, cache, offline), '--output', output];
}

/** `fettle plan` of a file with advisories. */
export function fettlePlan(fettle, input, { cache, offline = false }) {
  return [...fettleJob(fettle, 'plan', input, cache, offline), '--advisories', advisories()];
}

/** `fettle matrix` of a file as it is: one cell, or where `cells` is null all of them. */
export function fettleMatrix(fettle, input, { cache, cells, offline = false }) {
  return [
    ...[process.execPath, fettle, 'matrix', input, '--no-plan', '--cache-dir', cache],
    ...(cells === null ? [] : ['--python', cells.python, '--platform', cells.platform]),
    ...(offline ? ['--offline'] : []),
  ];
}

function fettleJob(fettle, command, input, cache, offline) {
  return [
    ...[process.execPath, fettle, command, input],
    ...['--python', RUNTIME, '--platform', 'linux/amd64', '--cache-dir', cache],
    ...(offline ? ['--offline'] : []),
  ];
}
