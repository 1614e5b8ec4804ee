import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundled } from './bundled.mjs';
import { compiledByUv } from './compiled-by-uv.mjs';
import { timeRow } from './figures.mjs';
import { inTurn, measure } from './measure.mjs';
import { INPUTS, WORK } from './places.mjs';
import { fettleLock } from './tools.mjs';

const NAME = 'backend-100';
const PROGRAMS = join(import.meta.dirname, 'floor');

/**
 * What no program in Node can go below, beside uv: for a cold lock the same requests, made by a program that knows every address in advance and
 * decides nothing, and the same pages read as fettle reads them; for one with full caches a Node that does nothing.
 */
export async function measureFloor({ fettle, uv, rounds, say }) {
  const place = join(WORK, 'floor');
  const input = join(place, 'requirements.txt');
  await rm(place, { recursive: true, force: true });
  await mkdir(join(place, '.git'), { recursive: true });
  await cp(join(INPUTS, `${NAME}.txt`), input);
  const requests = await requestsOf(fettle, input, place);
  const bare = [process.execPath, join(PROGRAMS, 'bare-requests.mjs'), requests];
  const pages = join(place, 'pages');
  await mkdir(pages);
  await measure([...bare, pages], [0]);
  const reader = await bundled(join(PROGRAMS, 'read-pages.ts'), join(place, 'read-pages.mjs'));
  const [cache, output] = [join(place, 'uv-cache'), join(place, 'uv.txt')];
  const costs = await inTurn(
    {
      cold: async () => {
        await rm(cache, { recursive: true, force: true });
        return compiledByUv(uv, input, { cache, output });
      },
      asked: async () => {
        const cost = await measure(bare, [0]);
        return { ...cost, bytes: Number(await readFile(cost.output, 'utf8')) };
      },
      read: () => measure([process.execPath, reader, pages], [0]),
      offline: () => compiledByUv(uv, input, { cache, output, offline: true }),
      nothing: () => measure([process.execPath, '-e', '0'], [0]),
    },
    { rounds, onRound: (round) => say(`floor, round ${round} of ${rounds}`) },
  );
  const count = (await readFile(requests, 'utf8')).trim().split('\n').length;
  const megabytes = (costs.asked[0].bytes / 1e6).toFixed(0);
  const row = (what, mine, theirs, note = null) =>
    timeRow({ part: 'floor', what: `${NAME}: ${what}`, mine, theirs: { name: 'uv', costs: theirs }, note });
  return [
    row(
      `the ${count} requests of a cold lock, by a bare Node`,
      costs.asked,
      costs.cold,
      `${megabytes} MB came`,
    ),
    row('the pages of a cold lock, read from files in one thread', costs.read, costs.cold),
    row('warm --offline, a Node that does nothing', costs.nothing, costs.offline),
  ];
}

/** The path of a file with what a cold lock asked. */
async function requestsOf(fettle, input, place) {
  const recorded = join(place, 'requests.jsonl');
  const [cache, output] = [join(place, 'fettle-cache'), join(place, 'fettle.txt')];
  const [node, ...words] = fettleLock(fettle, input, { cache, output });
  const hook = join(PROGRAMS, 'record-requests.cjs');
  await measure([node, '--require', hook, ...words], [0, 3], {
    env: { ...process.env, RECORDED_REQUESTS: recorded },
  });
  return recorded;
}
