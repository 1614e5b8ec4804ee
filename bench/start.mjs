import { aim, timeRow } from './figures.mjs';
import { inTurn, measure } from './measure.mjs';

const ROUNDS = 21;
const AIM_SECONDS = 0.06;

/** `fettle --version` beside a Node that does nothing: what the command adds before it can begin. */
export async function measureStart({ fettle, uv, say }) {
  const programs = {
    fettle: () => measure([process.execPath, fettle, '--version'], [0]),
    node: () => measure([process.execPath, '-e', '0'], [0]),
    uv: () => measure([uv, '--version'], [0]),
  };
  // The first run of each fills the caches of the system, and fettle's of compiled code.
  for (const run of Object.values(programs)) await run();
  const costs = await inTurn(programs, { rounds: ROUNDS, onRound: () => {} });
  say(`start, ${ROUNDS} rounds`);
  const row = (name, held) =>
    timeRow({
      ...{ part: 'start', what: 'fettle --version', mine: costs.fettle, aim: held },
      theirs: { name, costs: costs[name.split(' ')[0]] },
    });
  return [row('node -e 0', aim('difference', AIM_SECONDS)), row('uv --version', null)];
}
