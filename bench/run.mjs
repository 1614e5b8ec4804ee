// `npm run bench`: `uv pip compile` beside `fettle lock`, and `fettle plan` beside `lock`. See docs/performance.md.
import { cp, mkdir } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { importsTable, measureImports } from './imports.mjs';
import { lockTable, measureLock } from './locks.mjs';
import { EXAMPLE, INPUTS, WORK, advisories } from './places.mjs';
import { writePins } from './pins.mjs';
import { measureProxy, proxyTable } from './proxy.mjs';
import { measureInput, PARTS } from './rows.mjs';
import { measureRepair, TOOL_NAMES } from './repair/repair.mjs';
import { repairTable } from './repair/summary.mjs';
import { table } from './table.mjs';
import { buildFettle, installUv } from './tools.mjs';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    input: { type: 'string', multiple: true },
    part: { type: 'string', multiple: true },
    fettle: { type: 'string' },
    'write-pins': { type: 'boolean', default: false },
    case: { type: 'string', multiple: true },
    tool: { type: 'string', multiple: true },
    install: { type: 'boolean', default: false },
    'cases-only': { type: 'boolean', default: false },
  },
});

await mkdir(WORK, { recursive: true });
const say = (text) => process.stderr.write(`${text}\n`);
// It needs neither uv nor the inputs, and is measured by itself.
if (flags.part?.length === 1 && flags.part[0] === 'proxy') {
  const figures = await measureProxy({ rounds: Number(flags.rounds), onRound: say });
  if (figures === null) say('nginx or wrk is absent: apt-get install nginx-light wrk');
  else console.log(flags.json ? JSON.stringify(figures, null, 2) : proxyTable(figures));
  process.exit(figures === null ? 2 : 0);
}
// Nothing of it is repeated: what counts is the answer, and the time of one run beside it.
if (flags.part?.length === 1 && flags.part[0] === 'repair') {
  const tools = flags['cases-only'] ? [] : (flags.tool ?? TOOL_NAMES);
  const { case: names = [], install, fettle: given } = flags;
  const figures = await measureRepair({ names, tools, install, given, onRound: say });
  if (figures === null) say('the advisories of ../shared/osv are not there');
  else console.log(flags.json ? JSON.stringify(figures, null, 2) : repairTable(figures));
  process.exit(figures === null ? 2 : 0);
}
say('preparing');
const uv = await installUv();
if (flags['write-pins']) await writePins(uv);
else await bench();

async function bench() {
  const fettle = await buildFettle(flags.fettle);
  const before = loadavg();
  const results = [];
  const parts = PARTS.filter((part) => flags.part?.includes(part) ?? true);
  for (const input of parts.length === 0 ? [] : await inputs()) {
    results.push(
      await measureInput(input, { uv, fettle, rounds: Number(flags.rounds), parts, onRound: say }),
    );
  }
  const locked =
    parts.length > 0 && (flags.input?.includes('locked-600') ?? true)
      ? await measureLock({ uv, rounds: Number(flags.rounds), onRound: say })
      : null;
  const imports =
    (flags.part?.includes('imports') ?? flags.input === undefined)
      ? await measureImports({ uv, rounds: Number(flags.rounds), onRound: say })
      : null;
  const machine = {
    processors: cpus().length,
    node: process.version,
    loadBefore: before,
    loadAfter: loadavg(),
  };
  if (flags.json)
    console.log(JSON.stringify({ rounds: Number(flags.rounds), machine, results, locked, imports }, null, 2));
  else {
    if (results.length > 0) console.log(table(results));
    if (locked !== null) console.log(lockTable(locked));
    if (imports !== null) console.log(importsTable(imports));
    const load = `load ${before[0].toFixed(1)} before, ${machine.loadAfter[0].toFixed(1)} after`;
    const sources = `advisories of ${basename(advisories())}`;
    console.log(`medians of ${flags.rounds} runs; ${machine.processors} processors, ${load}; ${sources}`);
  }
}

/** Copies, each a repository of its own as a user's is, so that a run reads nothing but its own file. */
async function inputs() {
  const known = [
    { name: 'backend-100', from: join(INPUTS, 'backend-100.txt') },
    { name: 'omni-backend', from: join(EXAMPLE, 'requirements.txt') },
  ];
  const asked = known.filter(({ name }) => flags.input?.includes(name) ?? true);
  return Promise.all(
    asked.map(async ({ name, from }) => {
      const path = join(WORK, 'inputs', name, 'requirements.txt');
      await mkdir(join(WORK, 'inputs', name, '.git'), { recursive: true });
      await cp(from, path);
      return { name, path };
    }),
  );
}
