import { againstUv } from './against-uv.mjs';
import { orFailed } from './figures.mjs';
import { lockstepTower, longChain, pigeons, wideDiamond } from './generated-packages.mjs';
import { rowsOf } from './growth.mjs';

const CASES = [
  ['lockstep of 15 packages, 40 releases', 'lockstep-tower', () => lockstepTower(15, 40, 15)],
  ['lockstep of 3 packages, 300 releases', 'lockstep-long', () => lockstepTower(3, 300, 20)],
  ['diamond of 150 sides, 10 releases', 'wide-diamond', () => wideDiamond(150, 10)],
  ['chain of 300 packages, 3 releases', 'chain-300', () => longChain(300, 3)],
  ['chain of 1000 packages, 3 releases', 'chain-1000', () => longChain(1000, 3)],
  ['no answer: 6 pigeons, 5 holes', 'pigeons', () => pigeons(5)],
];

/** Made-up ecosystems that are hard for a solver, offline from full caches, so that the search is what is left. */
export async function measureWorst(context) {
  const rows = [];
  for (const [what, name, make] of CASES)
    rows.push(
      ...(await orFailed({ part: 'worst', what }, context.say, async () =>
        rowsOf('worst', { what, ...(await againstUv(name, make(), { ...context, alsoCold: false })) }),
      )),
    );
  return rows;
}
