import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from './measure.mjs';
import { WORK } from './places.mjs';
import { differences } from './pins.mjs';
import { fettleLock, fettleMatrix, fettlePlan, uvCompile } from './tools.mjs';

const MEGABYTE = 1e6;
const PEAK_LIMIT_MB = 300;
/** A lock that is not whole says so by 3; a plan with something to change, or left, by 1. */
const LOCKED = [0, 3];
const PLANNED = [0, 1, 3];
/** A cell that was named and does not hold says so by 1. */
const JUDGED = [0, 1, 3];
const ONE_CELL = { python: '3.11', platform: 'linux/amd64' };
/** What a round measures, in this order. */
export const PARTS = ['cold', 'warm', 'offline', 'plan', 'matrix'];

/**
 * Measures one input: in every round each question is put to both programs, one after the other, so that what else the machine does
 * meets both alike. Rows as they are printed, and how the two locks differ.
 */
export async function measureInput(input, { uv, fettle, rounds, parts, onRound }) {
  const place = (name) => join(WORK, `${input.name}-${name}`);
  const caches = { uv: place('uv-cache'), fettle: place('fettle-cache') };
  const outputs = { uv: place('uv.txt'), fettle: place('fettle.txt') };
  const lockOf = (options) =>
    measure(
      fettleLock(fettle, input.path, { cache: caches.fettle, output: outputs.fettle, ...options }),
      LOCKED,
    );
  const compileOf = async (options) => {
    // uv keeps to the versions that an output file of its own already names.
    await rm(outputs.uv, { force: true });
    return measure(uvCompile(uv, input.path, { cache: caches.uv, output: outputs.uv, ...options }), [0]);
  };
  const planOf = (options) =>
    measure(fettlePlan(fettle, input.path, { cache: caches.fettle, ...options }), PLANNED);
  const matrixOf = (options) =>
    measure(fettleMatrix(fettle, input.path, { cache: caches.fettle, ...options }), JUDGED);
  const measured = {
    cold: async () => {
      for (const cache of Object.values(caches)) await rm(cache, { recursive: true, force: true });
      return [await compileOf({}), await lockOf({})];
    },
    warm: async () => [await compileOf({}), await lockOf({})],
    offline: async () => [await compileOf({ offline: true }), await lockOf({ offline: true })],
    plan: async () => {
      // What a plan reads beyond a lock is read once before it is measured.
      await planOf({});
      return [await lockOf({ offline: true }), await planOf({ offline: true })];
    },
    matrix: async () => {
      await matrixOf({ cells: null });
      return [
        await matrixOf({ cells: ONE_CELL, offline: true }),
        await matrixOf({ cells: null, offline: true }),
      ];
    },
  };
  const costs = Object.fromEntries(parts.map((part) => [part, []]));
  for (let round = 1; round <= rounds; round++) {
    onRound(`${input.name}, round ${round} of ${rounds}`);
    for (const part of parts) costs[part].push(await measured[part]());
  }
  const locks = parts.includes('cold') ? await locksOf(outputs) : null;
  return { input: input.name, locks, rows: rowsOf(costs) };
}

async function locksOf(outputs) {
  return differences(await readFile(outputs.fettle, 'utf8'), await readFile(outputs.uv, 'utf8'));
}

function rowsOf(costs) {
  const ours = (pairs) => pairs.map(([, mine]) => mine);
  const rows = {
    cold: (pairs) => [ratioRow('cold: uv | lock', pairs, 0.5), peakRow('peak of a cold lock', ours(pairs))],
    warm: (pairs) => [ratioRow('warm: uv | lock', pairs, null)],
    offline: (pairs) => [ratioRow('warm --offline: uv | lock', pairs, 1)],
    plan: (pairs) => [ratioRow('--offline: lock | plan', pairs, 3), peakRow('peak of a plan', ours(pairs))],
    matrix: (pairs) => [
      ratioRow('--offline: one cell | 24 cells', pairs, 3),
      peakRow('peak of 24 cells', ours(pairs)),
    ],
  };
  const all = Object.entries(costs).flatMap(([part, pairs]) => rows[part](pairs));
  return [...all.filter(({ kind }) => kind === 'ratio'), ...all.filter(({ kind }) => kind === 'peak')];
}

/** Medians of both sides and their ratio (wall, seconds), with processor time beside them, which other load disturbs less. */
function ratioRow(what, pairs, aim) {
  const side = (at, field) => median(pairs.map((pair) => pair[at][field]));
  const [theirs, mine] = [side(0, 'wall'), side(1, 'wall')];
  const [theirProcessor, processor] = [side(0, 'processor'), side(1, 'processor')];
  const ratio = mine / theirs;
  return {
    ...{ kind: 'ratio', what, theirs, mine, ratio, theirProcessor, processor },
    ...{ processorRatio: processor / theirProcessor, aim, met: aim === null ? null : ratio <= aim },
  };
}

/** The largest of all runs, in megabytes (10^6 bytes). */
function peakRow(what, runs) {
  const megabytes = Math.max(...runs.map((run) => run.peakBytes)) / MEGABYTE;
  return { kind: 'peak', what, megabytes, aim: PEAK_LIMIT_MB, met: megabytes < PEAK_LIMIT_MB };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
