import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from './measure.mjs';
import { WORK } from './places.mjs';
import { differences } from './pins.mjs';
import { fettleLock, fettlePlan, uvCompile } from './tools.mjs';

const MEGABYTE = 1e6;
const PEAK_LIMIT_MB = 300;
/** A lock that is not whole says so by 3; a plan with something to change, or left, by 1. */
const LOCKED = [0, 3];
const PLANNED = [0, 1, 3];

/**
 * Measures one input: in every round each question is put to both programs, one after the other, so that what else the machine does
 * meets both alike. Rows as they are printed, and how the two locks differ.
 */
export async function measureInput(input, { uv, fettle, rounds, onRound }) {
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
  const costs = { cold: [], warm: [], offline: [], plan: [] };
  for (let round = 1; round <= rounds; round++) {
    onRound(`${input.name}, round ${round} of ${rounds}`);
    for (const cache of Object.values(caches)) await rm(cache, { recursive: true, force: true });
    costs.cold.push([await compileOf({}), await lockOf({})]);
    costs.warm.push([await compileOf({}), await lockOf({})]);
    costs.offline.push([await compileOf({ offline: true }), await lockOf({ offline: true })]);
    // What a plan reads beyond a lock is read once before it is measured.
    await planOf({});
    costs.plan.push([await lockOf({ offline: true }), await planOf({ offline: true })]);
  }
  const [mine, theirs] = [await readFile(outputs.fettle, 'utf8'), await readFile(outputs.uv, 'utf8')];
  return { input: input.name, locks: differences(mine, theirs), rows: rowsOf(costs) };
}

function rowsOf(costs) {
  const ours = (pairs) => pairs.map(([, mine]) => mine);
  return [
    ratioRow('cold: uv | lock', costs.cold, 0.5),
    ratioRow('warm: uv | lock', costs.warm, null),
    ratioRow('warm --offline: uv | lock', costs.offline, 1),
    ratioRow('--offline: lock | plan', costs.plan, 3),
    peakRow('peak of a cold lock', ours(costs.cold)),
    peakRow('peak of a plan', ours(costs.plan)),
  ];
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
