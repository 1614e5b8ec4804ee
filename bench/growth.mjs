import { againstUv } from './against-uv.mjs';
import { aim, figureRow, peakOf, timeRow } from './figures.mjs';
import { ordinaryPackages } from './generated-packages.mjs';

const DIRECT = [10, 30, 100, 300, 1000];
const VERSIONS = [10, 100, 1000, 3000];
const PACKAGES_OF_MANY_VERSIONS = 10;
/** "Flat": a hundred times the requirements may cost half as much memory again. */
const FLAT = 1.5;

/** How a lock grows with the number of direct requirements, beside uv: seconds cold and offline, and the peak of memory. */
export async function measureGrowth(context) {
  const results = [];
  for (const direct of DIRECT)
    results.push({
      ...(await againstUv(`direct-${direct}`, ordinaryPackages(direct), { ...context, alsoCold: true })),
      what: `${direct} direct requirements`,
    });
  const [least, most] = [results[0], results.at(-1)].map(({ cold }) => ({
    mine: peakOf(cold.fettle),
    theirs: peakOf(cold.uv),
  }));
  return [
    ...results.flatMap((result) => rowsOf('growth', result)),
    figureRow({
      ...{ part: 'growth', what: `peak, ${DIRECT.at(-1)} direct requirements`, unit: 'MB', mine: most.mine },
      ...{ peer: `fettle, ${DIRECT[0]}`, theirs: least.mine, runs: results[0].cold.fettle.length },
      aim: aim('ratio', FLAT),
      note: `uv's peak grows from ${least.theirs.toFixed(0)} to ${most.theirs.toFixed(0)} MB`,
    }),
  ];
}

/** How it grows with the number of releases that each of ten packages has. */
export async function measureVersions(context) {
  const rows = [];
  for (const releases of VERSIONS) {
    const made = ordinaryPackages(PACKAGES_OF_MANY_VERSIONS, { releases });
    const result = await againstUv(`releases-${releases}`, made, { ...context, alsoCold: true });
    rows.push(...rowsOf('versions', { ...result, what: `${releases} releases of each package` }));
  }
  return rows;
}

/** The rows of a result: cold, where it was measured, and offline. */
export function rowsOf(part, { what, cold, offline, same }) {
  const note = same.same
    ? null
    : `the answers differ: only fettle ${same.fettleOnly.slice(0, 5).join(' ') || '-'}; only uv ${same.uvOnly.slice(0, 5).join(' ') || '-'}`;
  const row = (how, costs, why) =>
    timeRow({
      ...{ part, what: `${what}${how}`, mine: costs.fettle, theirs: { name: 'uv', costs: costs.uv } },
      note: why,
    });
  const size = same.packages === 0 ? '' : ` (${same.packages} packages)`;
  return [
    ...(cold === null ? [] : [row(`${size}, cold`, cold, null)]),
    row(`${cold === null ? size : ''}, offline`, offline, note),
  ];
}
