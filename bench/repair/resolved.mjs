import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ENVIRONMENT } from '../peers.mjs';

const run = promisify(execFile);
/** Where an index has no metadata beside its wheels, pip asks for their ends alone. */
const LAZILY = ['--use-feature=fast-deps'];
const LIMITS = { maxBuffer: 16 << 20, timeout: 180_000 };
const PLATFORMS = {
  'linux/amd64': 'x86_64-manylinux_2_36',
  'linux/arm64': 'aarch64-manylinux_2_36',
  'linux/amd64 musl': 'x86_64-unknown-linux-musl',
};
/** "3.11" means the newest patch of it, to fettle and to an image's tag; to uv it would be the oldest. */
const NEWEST_PATCH = { 3.8: 20, 3.9: 24, '3.10': 19, 3.11: 14, 3.12: 12, 3.13: 9, 3.14: 0 };

/**
 * What an install of the files comes to, as uv and pip see it: `resolves`, `why` where it does not, `pins` by name, and `checkedBy`.
 * Nothing of it asks fettle.
 */
export async function resolved(install, folder, told, instruments) {
  const scratch = await mkdtemp(join(tmpdir(), 'fettle-judge-'));
  try {
    const context = { install, folder, told, scratch, ...instruments };
    const found = await pinsOf(context);
    if (found.why !== undefined) return await byPipAlone(context, found.why);
    const checked = await pipAccepts(context, found.pins);
    return { resolves: checked.why === null, pins: found.pins, ...checked };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** Where uv says no, pip has a say too: it reads lines that uv does not, and the other way round. A no of both is a no. */
async function byPipAlone(context, why) {
  const { install, folder, told, scratch } = context;
  const python = install.form === 'requirements' ? await pipFor(context) : null;
  if (python === null) return { resolves: false, why, pins: {}, checkedBy: ['uv'] };
  const report = join(scratch, 'report.json');
  const words = [
    ...['-m', 'pip', 'install', '--quiet', '--dry-run', '--ignore-installed', '--report', report, ...LAZILY],
    ...binaries(told),
    ...(told.as_of === null ? [] : ['--uploaded-prior-to', `${told.as_of}T23:59:59Z`]),
    ...(install.constraints ?? []).flatMap((name) => ['-c', join(folder, name)]),
    ...['-r', await withoutAddresses(context, join(folder, install.file))],
  ];
  const done = await ended(run(python, words, { env: ENVIRONMENT, cwd: folder, ...LIMITS }));
  if (done.why !== undefined) return { resolves: false, why, pins: {}, checkedBy: ['uv', 'pip'] };
  const { install: taken } = JSON.parse(await readFile(report, 'utf8'));
  const pins = Object.fromEntries(taken.map(({ metadata }) => [normal(metadata.name), metadata.version]));
  return { resolves: true, why: null, pins, checkedBy: ['pip'] };
}

async function pinsOf(context) {
  const { install, folder } = context;
  const file = join(folder, install.file);
  if (install.form === 'hashes') return compile(context, file);
  if (install.form === 'requirements') return compile(context, await withoutAddresses(context, file));
  if (install.form === 'uv.lock') return uvLock(context, dirname(file));
  const checked = install.form === 'poetry.lock' ? await poetryChecks(context, dirname(file)) : {};
  if (checked.why !== undefined) return checked;
  const read = await readSet(context, file);
  if (read.why !== undefined) return read;
  const asks = join(context.scratch, 'asks.in');
  await writeFile(asks, `${read.asks.join('\n')}\n`);
  if (read.pins === undefined) return compile(context, asks);
  return lockedPins(context, asks, read.pins);
}

/** Lines with an address that no judge can reach are left out, beside the file, for it may name others. */
async function withoutAddresses({ told }, file) {
  if (told.set_aside === undefined) return file;
  const kept = (await readFile(file, 'utf8')).split('\n');
  const reachable = kept.filter((line) => !told.set_aside.some((text) => line.includes(text)));
  const beside = join(dirname(file), '.judged.txt');
  await writeFile(beside, reachable.join('\n'));
  return beside;
}

/** A lock's pins have to be what its manifest selects when nothing else may be taken. */
async function lockedPins(context, asks, pins) {
  const constraints = join(context.scratch, 'pins.txt');
  await writeFile(constraints, lines(pins));
  const again = await compile(context, asks, [constraints]);
  if (again.why !== undefined) return again;
  const other = Object.keys(again.pins).filter((name) => pins[name] !== again.pins[name]);
  return other.length === 0
    ? { pins }
    : { why: `the lock lacks what its manifest needs: ${other.join(', ')}` };
}

async function readSet({ install, python }, file) {
  const words = [install.python, (install.extras ?? []).join(','), (install.groups ?? []).join(',')];
  const script = join(import.meta.dirname, 'read_set.py');
  return ended(run(python, [script, install.form, file, ...words], { env: ENVIRONMENT })).then((done) =>
    done.why === undefined ? JSON.parse(done.stdout) : done,
  );
}

/** Whether Poetry takes the lock for its manifest's: by the hash that it writes there. */
async function poetryChecks({ poetry }, cwd) {
  const program = join(await poetry(), 'poetry');
  return ended(
    run(program, ['check', '--lock', '--no-interaction', '--no-plugins'], { env: ENVIRONMENT, cwd }),
  );
}

async function uvLock(context, folder) {
  const { uv, install, scratch } = context;
  const settings = ['--no-build', '--directory', folder];
  const checked = await ended(run(uv, ['lock', '--check', ...settings], { env: ENVIRONMENT }));
  if (checked.why !== undefined) return checked;
  const groups = install.groups?.flatMap((group) => ['--group', group]) ?? [];
  const extras = install.extras?.flatMap((extra) => ['--extra', extra]) ?? [];
  const words = [
    'export',
    '--quiet',
    '--frozen',
    '--no-hashes',
    '--no-emit-workspace',
    '--no-default-groups',
  ];
  const told = await ended(
    run(uv, [...words, ...groups, ...extras, '--directory', folder], { env: ENVIRONMENT }),
  );
  if (told.why !== undefined) return told;
  const exported = join(scratch, 'exported.txt');
  await writeFile(exported, told.stdout);
  return compile(context, exported, [], ['--no-deps']);
}

async function compile({ uv, install, folder, told, scratch }, file, more = [], flags = []) {
  const constraints = [...(install.constraints ?? []).map((name) => join(folder, name)), ...more];
  // Not its own file: uv takes pins of an output that is there for preferences.
  const output = join(await mkdtemp(join(scratch, 'compiled-')), 'pins.txt');
  const words = [
    ...['pip', 'compile', '--quiet', '--no-header', '--no-annotate', '--no-strip-extras'],
    ...(told.builds === undefined ? ['--no-build'] : []),
    ...['--python-version', fullVersion(install.python), '--python-platform', PLATFORMS[install.platform]],
    ...(told.as_of === null ? [] : ['--exclude-newer', told.as_of]),
    ...flags,
    ...constraints.flatMap((path) => ['--constraint', path]),
    ...['--output-file', output, file],
  ];
  const done = await ended(run(uv, words, { env: ENVIRONMENT, cwd: folder, ...LIMITS }));
  return done.why === undefined ? { pins: pinsIn(await readFile(output, 'utf8')) } : done;
}

function fullVersion(python) {
  return python.split('.').length > 2 ? python : `${python}.${NEWEST_PATCH[python]}`;
}

/** `name==version` lines by normal name, extras dropped; addresses and local projects have no version to be looked up. */
function pinsIn(text) {
  const found = [...text.matchAll(/^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)/gm)];
  return Object.fromEntries(found.map(([, name, version]) => [normal(name), version]));
}

export function normal(name) {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function lines(pins) {
  return Object.entries(pins)
    .map(([name, version]) => `${name}==${version}\n`)
    .join('');
}

/**
 * uv does not look at upper bounds of Requires-Python, and not at hashes: pip, on the target's own Python, is asked whether it takes
 * each pin. Only where that Python is here and the platform is this machine's.
 */
async function pipAccepts(context, pins) {
  const { install, folder, told, scratch } = context;
  const python = await pipFor(context);
  if (python === null) return { why: null, checkedBy: ['uv'] };
  const pinned = join(scratch, 'pinned.txt');
  await writeFile(pinned, `${await foldersOfWheels(context)}${lines(pins)}`);
  const hashed = install.form === 'hashes';
  const words = [
    ...['-m', 'pip', 'install', '--quiet', '--dry-run', '--ignore-installed', '--no-deps', ...LAZILY],
    ...binaries(told),
    ...(hashed ? ['--require-hashes', '-r', join(folder, install.file)] : ['-r', pinned]),
  ];
  const done = await ended(run(python, words, { env: ENVIRONMENT, cwd: folder, ...LIMITS }));
  return { why: done.why ?? null, checkedBy: ['uv', 'pip'] };
}

/** A list may name a folder with wheels that no index has; pip takes it from there for the pins too. */
async function foldersOfWheels({ install, folder }) {
  if (install.form !== 'requirements') return '';
  const file = join(folder, install.file);
  const named = (await readFile(file, 'utf8')).matchAll(/^--find-links[ =](\S+)/gm);
  return [...named].map(([, path]) => `--find-links ${join(dirname(file), path)}\n`).join('');
}

async function pipFor({ install, pip }) {
  return install.platform === 'linux/amd64' ? pip(minor(install.python)) : null;
}

function binaries({ builds = [] }) {
  return ['--only-binary', ':all:', ...builds.flatMap((name) => ['--no-binary', name])];
}

function minor(python) {
  return python.split('.').slice(0, 2).join('.');
}

/** A failure is an answer here: its last lines say why. */
function ended(promise) {
  return promise.catch((error) => {
    if (error.code === 'ENOENT' || error.stderr === undefined) throw error;
    return { why: `${error.stderr}${error.stdout}`.trim().split('\n').slice(-8).join('\n') };
  });
}
