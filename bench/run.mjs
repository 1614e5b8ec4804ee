// `npm run bench`: fettle and its peers on the same work, in one table. See docs/performance.md.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { basename } from 'node:path';
import { readFlags } from './flags.mjs';
import { measureParts, PARTS } from './parts.mjs';
import { advisories, WORK } from './places.mjs';
import { writePins } from './pins.mjs';
import { measureRepair, TOOL_NAMES } from './repair/repair.mjs';
import { repairRows, verdictTable } from './repair/summary.mjs';
import { table } from './table.mjs';
import { buildFettle, installUv } from './tools.mjs';

const flags = readFlags(process.argv.slice(2));
const say = (text) => process.stderr.write(`${text}\n`);

if (typeof flags === 'string') {
  say(`bench: ${flags}`);
  process.exitCode = 2;
} else if (flags.list) console.log(PARTS.map(partLine).join('\n'));
else if (flags['write-pins']) await writePins(await prepared());
else await bench();

function partLine({ name, what, long }) {
  return `${name.padEnd(9)} ${what}${long ? ' (where it is named)' : ''}`;
}

async function prepared() {
  say('preparing');
  await mkdir(WORK, { recursive: true });
  return installUv();
}

async function bench() {
  const names = asked();
  const uv = await prepared();
  const before = loadavg();
  const started = new Date();
  const { rounds } = flags;
  const fettle = await buildFettle(flags.fettle);
  const rows = await measureParts(names, { uv, fettle, rounds, inputs: flags.input, say });
  const repaired = names.includes('repair') ? await repair(fettle) : null;
  if (repaired !== null) rows.push(...repairRows(repaired));
  const machine = {
    ...{ processors: cpus().length, model: cpus()[0].model, node: process.version },
    ...{ loadBefore: before, loadAfter: loadavg() },
  };
  const minutes = (Date.now() - started) / 60_000;
  const result = { started: started.toISOString(), minutes, rounds, machine, rows, repair: repaired };
  const text = flags.json ? `${JSON.stringify(result, null, 2)}\n` : textOf(result);
  if (flags.output === undefined) process.stdout.write(text);
  else await writeFile(flags.output, text);
}

function asked() {
  return PARTS.filter(({ name, long }) => flags.part?.includes(name) ?? !long).map(({ name }) => name);
}

/** Nothing of it is repeated: what counts is the answer, and the time of one run beside it. */
async function repair(fettle) {
  const tools = flags['cases-only'] ? [] : (flags.tool ?? TOOL_NAMES);
  const { case: names = [], install, resume } = flags;
  const figures = await measureRepair({ names, tools, install, resume, given: fettle, onRound: say });
  if (figures === null) say('repair: the advisories of ../shared/osv are not there');
  return figures;
}

function textOf({ minutes, rounds, machine, rows, repair: repaired }) {
  const { processors, model, node, loadBefore, loadAfter } = machine;
  return [
    ...(rows.length > 0 ? [table(rows)] : []),
    ...(repaired === null ? [] : [verdictTable(repaired)]),
    `medians of ${rounds} runs where the row says no other; ${processors} processors (${model.trim()}), Node ${node}; load ` +
      `${loadBefore[0].toFixed(1)} before, ${loadAfter[0].toFixed(1)} after; ${minutes.toFixed(1)} minutes; advisories of ${basename(advisories())}`,
    '',
  ].join('\n');
}
