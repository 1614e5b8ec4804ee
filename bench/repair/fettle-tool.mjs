import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WORK } from '../places.mjs';
import { buildFettle } from '../tools.mjs';
import { ENVIRONMENT } from '../peers.mjs';
import { INSTALL_PATIENCE_MS, NOTHING_SAID, runTool } from './programs.mjs';

const CACHE = join(WORK, 'repair', 'fettle-cache');
const UNINSTALLABLE = ['unavailable', 'yanked', 'no-distribution', 'conflicting'];

/** `fettle fix` on a project, and its report read as claims. */
export async function openFettle({ instruments, dumpFolder, given, install }) {
  const program = await buildFettle(given);
  const poetry = await instruments.poetry();
  const run = async ({ told, folder }) => {
    const path = [
      ...(told.needs?.includes('poetry') ? [poetry] : []),
      join(instruments.uv, '..'),
      process.env.PATH,
    ];
    const words = [
      'fix',
      folder,
      '--json',
      '--advisories',
      dumpFolder,
      '--as-of',
      told.as_of,
      '--cache-dir',
      CACHE,
    ];
    if (install) words.push('--verify', 'import');
    const done = await runTool([process.execPath, program, ...words], {
      cwd: folder,
      env: { ...ENVIRONMENT, PATH: path.join(':') },
      ...(install ? { patienceMs: INSTALL_PATIENCE_MS } : {}),
    });
    return saidBy(done);
  };
  return { run, version: await digestOf(dirname(dirname(program))) };
}

/** Of the code that runs: a result is that build's. */
async function digestOf(folder) {
  const digest = createHash('sha256');
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => one.endsWith('.js')).sort())
    digest.update(`${name}\n`).update(await readFile(join(folder, name)));
  return digest.digest('hex');
}

function saidBy(done) {
  const text = `${done.stdout}\n${done.stderr}`;
  // Without a report: a mistake of its reader (2), or something that cannot be had (3). All else is a crash.
  const told = [0, 1, 3].includes(done.code) && done.stdout !== '' ? JSON.parse(done.stdout) : null;
  const report = told === null || told.error !== undefined ? null : told;
  if (report === null)
    return { ...done, ...NOTHING_SAID, text, crashed: !done.timedOut && ![2, 3].includes(done.code) };
  const services = report.services;
  const before = services.flatMap(({ findings }) => findings);
  const left = services.flatMap(({ after }) => after?.findings ?? []);
  return {
    ...{ ...done, text, crashed: false },
    clean: ['repaired', 'clean'].includes(report.verdict.kind),
    unknown: report.verdict.kind === 'unknown' || services.some((one) => hasUnknown(one)),
    fixed: before
      .filter(({ kind, outcome }) => kind === 'vulnerable' && outcome === 'fixed')
      .map((one) => ({ name: one.package, ids: one.advisory.ids })),
    conflicts: before.some(({ kind, problem }) => problem && kind === 'conflicting'),
    resolves:
      before.some(({ kind, outcome }) => UNINSTALLABLE.includes(kind) && outcome === 'fixed') &&
      !left.some(({ kind }) => UNINSTALLABLE.includes(kind)) &&
      report.written !== null,
    sentence: report.verdict.sentence,
  };
}

function hasUnknown({ posture, after }) {
  const last = after?.posture ?? posture;
  return last.unknowns.length > 0 || last.verdict === 'unknown';
}
