import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compiledByUv } from './compiled-by-uv.mjs';
import { aim, peakRow, timeRow } from './figures.mjs';
import { measure } from './measure.mjs';
import { WORK } from './places.mjs';
import { differences, differencesText } from './pins.mjs';
import { fettleLock, fettleMatrix, fettlePlan } from './tools.mjs';

const PEAK_LIMIT_MB = 300;
/** A lock that is not whole says so by 3; a plan with something to change, or left, by 1. */
const LOCKED = [0, 3];
const PLANNED = [0, 1, 3];
/** A cell that was named and does not hold says so by 1. */
const JUDGED = [0, 1, 3];
const ONE_CELL = { python: '3.11', platform: 'linux/amd64' };

/**
 * Measures one input: in every round each question is put to both programs, one after the other, so that what else the machine does
 * meets both alike. The rows of the table.
 */
export async function measureInput(input, { uv, fettle, rounds, parts, say }) {
  const place = (name) => join(WORK, `${input.name}-${name}`);
  const caches = { uv: place('uv-cache'), fettle: place('fettle-cache') };
  const outputs = { uv: place('uv.txt'), fettle: place('fettle.txt') };
  const lockOf = (options) =>
    measure(
      fettleLock(fettle, input.path, { cache: caches.fettle, output: outputs.fettle, ...options }),
      LOCKED,
    );
  const compileOf = (options) =>
    compiledByUv(uv, input.path, { cache: caches.uv, output: outputs.uv, ...options });
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
    say(`${input.name}, round ${round} of ${rounds}`);
    for (const part of parts) costs[part].push(await measured[part]());
  }
  const locks = parts.includes('cold') ? await locksOf(outputs) : null;
  return rowsOf(input.name, costs, locks);
}

async function locksOf(outputs) {
  return differences(await readFile(outputs.fettle, 'utf8'), await readFile(outputs.uv, 'utf8'));
}

function rowsOf(input, costs, locks) {
  const sides = (pairs) => ({ mine: pairs.map(([, mine]) => mine), costs: pairs.map(([theirs]) => theirs) });
  const row = (part, what, name, held, note = null) => {
    const { mine, costs: others } = sides(costs[part]);
    return timeRow({
      ...{ part, what: `${input}: ${what}`, mine, theirs: { name, costs: others }, aim: held, note },
    });
  };
  const peak = (part, what) =>
    peakRow({
      part,
      what: `${input}: ${what}`,
      mine: sides(costs[part]).mine,
      aim: aim('value', PEAK_LIMIT_MB),
    });
  const rows = {
    cold: () => [
      row('cold', 'lock, cold', 'uv', aim('ratio', 0.4), differencesText(locks)),
      peak('cold', 'peak of a cold lock'),
    ],
    warm: () => [row('warm', 'lock, warm', 'uv', null)],
    offline: () => [row('offline', 'lock, warm --offline', 'uv', aim('ratio', 0.8))],
    plan: () => [
      row('plan', 'plan --offline', 'fettle lock', aim('ratio', 3)),
      peak('plan', 'peak of a plan'),
    ],
    matrix: () => [
      row('matrix', 'matrix --offline, 24 cells', 'one cell', aim('ratio', 3)),
      peak('matrix', 'peak of 24 cells'),
    ],
  };
  return Object.keys(costs).flatMap((part) => rows[part]());
}
