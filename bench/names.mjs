import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compiledByUv } from './compiled-by-uv.mjs';
import { timeRow } from './figures.mjs';
import { inTurn, measure } from './measure.mjs';
import { AS_OF, differences, differencesText } from './pins.mjs';
import { INPUTS, WORK } from './places.mjs';
import { fettleLock } from './tools.mjs';

const NAME = 'backend-100';
/** Up to whose end fettle looks: the day before the moment up to which uv does. */
const LAST_DAY = new Date(Date.parse(AS_OF) - 1).toISOString().slice(0, 10);

/**
 * A first lock: names without any version, so that the resolver has to choose, from empty caches over the network. fettle builds nothing unless it is
 * asked to; uv is run so (`--no-build`) and once as it is, where it builds source distributions that it comes across.
 */
export async function measureNames({ fettle, uv, rounds, say }) {
  const place = join(WORK, 'inputs', `${NAME}-names`);
  const input = join(place, 'requirements.in');
  await mkdir(join(place, '.git'), { recursive: true });
  await cp(join(INPUTS, `${NAME}.in`), input);
  const [cache, output] = [join(place, 'fettle-cache'), join(place, 'fettle.txt')];
  const [theirCache, theirOutput] = [join(place, 'uv-cache'), join(place, 'uv.txt')];
  const uvOf = async (options) => {
    await rm(theirCache, { recursive: true, force: true });
    const asked = { cache: theirCache, output: theirOutput, excludeNewer: AS_OF, ...options };
    return compiledByUv(uv, input, asked);
  };
  const builds = await inTurn(
    { uv: () => uvOf({}) },
    { rounds: 1, onRound: () => say('names, uv as it is') },
  );
  const costs = await inTurn(
    {
      uv: () => uvOf({ build: false }),
      fettle: async () => {
        await rm(cache, { recursive: true, force: true });
        return measure([...fettleLock(fettle, input, { cache, output }), '--as-of', LAST_DAY], [0, 3]);
      },
    },
    { rounds, onRound: (round) => say(`names, round ${round} of ${rounds}`) },
  );
  const note = differencesText(
    differences(await readFile(output, 'utf8'), await readFile(theirOutput, 'utf8')),
  );
  const row = (name, theirs, told = null) =>
    timeRow({
      ...{ part: 'names', what: `${NAME} by names alone: lock, cold`, mine: costs.fettle },
      theirs: { name, costs: theirs },
      note: told,
    });
  return [row('uv --no-build', costs.uv, note), row('uv', builds.uv)];
}
