import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { measureAudit } from './audit.mjs';
import { orFailed } from './figures.mjs';
import { measureFloor } from './floor.mjs';
import { measureGrowth, measureVersions } from './growth.mjs';
import { measureImports } from './imports.mjs';
import { measureLock } from './locks.mjs';
import { measureNames } from './names.mjs';
import { measurePip } from './pip.mjs';
import { EXAMPLE, INPUTS, WORK } from './places.mjs';
import { measureProxy } from './proxy.mjs';
import { measureInput } from './rows.mjs';
import { measureStart } from './start.mjs';
import { measureWorst } from './worst.mjs';

/** What a round of one input measures, in this order. */
const OF_INPUTS = {
  cold: 'lock from empty caches, over the network, beside uv; the peak of memory',
  warm: 'lock with full caches, the network asked what is new, beside uv',
  offline: 'lock with full caches, offline, beside uv',
  plan: 'plan beside lock, offline',
  matrix: '24 cells of a matrix beside one, offline',
};
const ALONE = {
  start: ['fettle --version beside a Node that does nothing', measureStart],
  floor: [
    'what no program in Node can go below: the same requests, and nothing at all, beside uv',
    measureFloor,
  ],
  names: ['a first lock of names without versions, from empty caches, beside uv', measureNames],
  locked: ['a uv.lock of 600 packages read, and written anew, beside resolving', measureLock],
  audit: ['250 and 10,000 packages beside osv-scanner, uv audit and pip-audit', measureAudit],
  growth: ['10 to 1,000 direct requirements beside uv; the peak of memory', measureGrowth],
  versions: ['10 to 3,000 releases of each package beside uv', measureVersions],
  worst: ['cases that are hard for a solver, beside uv', measureWorst],
  pip: ['the same requirements resolved by pip', measurePip],
  imports: ['import check beside Python alone', measureImports],
  proxy: ['the proxy of rollouts beside nginx', measureProxy],
};
/** Minutes each; they are measured when they are named. `repair` is of them, and takes flags of its own (docs/corpus.md). */
const LONG = ['matrix', 'pip', 'imports', 'proxy'];

/** Every part: its name, what it measures, and whether it is left out where none is named. */
export const PARTS = [
  ...Object.entries(OF_INPUTS).map(([name, what]) => ({ name, what, long: LONG.includes(name) })),
  ...Object.entries(ALONE).map(([name, [what]]) => ({ name, what, long: LONG.includes(name) })),
  { name: 'repair', what: 'the repair corpus beside pip-audit --fix and osv-scanner fix', long: true },
];

/** The rows of the parts that are asked for, in the order of PARTS. */
export async function measureParts(names, context) {
  const rows = [];
  const ofInputs = Object.keys(OF_INPUTS).filter((name) => names.includes(name));
  for (const input of ofInputs.length === 0 ? [] : await inputs(context.inputs))
    rows.push(
      ...(await orFailed({ part: 'resolve', what: input.name }, context.say, () =>
        measureInput(input, { ...context, parts: ofInputs }),
      )),
    );
  for (const [name, [, measured]] of Object.entries(ALONE))
    if (names.includes(name))
      rows.push(...(await orFailed({ part: name, what: name }, context.say, () => measured(context))));
  return rows;
}

/** Copies, each a repository of its own as a user's is, so that a run reads nothing but its own file. */
async function inputs(asked) {
  const known = [
    { name: 'backend-100', from: join(INPUTS, 'backend-100.txt') },
    { name: 'omni-backend', from: join(EXAMPLE, 'requirements.txt') },
  ];
  return Promise.all(
    known
      .filter(({ name }) => asked.includes(name))
      .map(async ({ name, from }) => {
        const path = join(WORK, 'inputs', name, 'requirements.txt');
        await mkdir(join(WORK, 'inputs', name, '.git'), { recursive: true });
        await cp(from, path);
        return { name, path };
      }),
  );
}
