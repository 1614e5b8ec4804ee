/**
 * The official image's tags without a distribution ("3.12-slim") follow Debian: a series still built moves with its
 * stable release, and a patch release keeps what was stable when the next one replaced it. By series: the
 * first patch that was built on each release, newest release first, from the image's published tag history.
 */
const FIRST_PATCH: ReadonlyMap<string, readonly (readonly [patch: number, release: string])[]> = new Map([
  ['2.7', [[16, 'debian10']]],
  ['3.5', [[7, 'debian10']]],
  [
    '3.6',
    [
      [14, 'debian11'],
      [9, 'debian10'],
    ],
  ],
  [
    '3.7',
    [
      [17, 'debian12'],
      [11, 'debian11'],
      [4, 'debian10'],
    ],
  ],
  [
    '3.8',
    [
      [17, 'debian12'],
      [11, 'debian11'],
      [0, 'debian10'],
    ],
  ],
  [
    '3.9',
    [
      [23, 'debian13'],
      [17, 'debian12'],
      [6, 'debian11'],
      [0, 'debian10'],
    ],
  ],
  [
    '3.10',
    [
      [18, 'debian13'],
      [12, 'debian12'],
      [0, 'debian11'],
    ],
  ],
  [
    '3.11',
    [
      [13, 'debian13'],
      [4, 'debian12'],
      [0, 'debian11'],
    ],
  ],
  [
    '3.12',
    [
      [11, 'debian13'],
      [0, 'debian12'],
    ],
  ],
  [
    '3.13',
    [
      [6, 'debian13'],
      [0, 'debian12'],
    ],
  ],
]);

/** The last Alpine that a series no longer built was published on. */
const LAST_ALPINE: ReadonlyMap<string, string> = new Map([
  ['3.6', 'alpine3.15'],
  ['3.7', 'alpine3.18'],
  ['3.8', 'alpine3.20'],
]);

/** What `python:latest` and `python:3` are taken for. */
export const NEWEST_SERIES = '3.14';

/** The Debian release behind a tag that names none, by the Python version in it. */
export function debianBehind(python: string): string {
  const [major, minor, patch] = python.split('.');
  const steps = FIRST_PATCH.get(`${major}.${minor}`);
  if (!steps) return 'debian13';
  const exact = patch === undefined ? Infinity : Number(patch);
  return (steps.find(([first]) => exact >= first) ?? steps.at(-1)!)[1];
}

/** The Alpine release behind "-alpine" alone. */
export function alpineBehind(python: string): string {
  return LAST_ALPINE.get(python.split('.').slice(0, 2).join('.')) ?? 'alpine3.22';
}

/** The older of the two Alpine releases that the first final of a series was built on. */
const FIRST_ALPINE: ReadonlyMap<string, number> = new Map([
  ['3.10', 13],
  ['3.11', 15],
  ['3.12', 17],
  ['3.13', 19],
  ['3.14', 21],
]);

/**
 * Whether the official image is known to have no such version on a release: it is built on Debian's stable release and the one
 * before, and on the two newest of Alpine. Of a patch on a named Alpine nothing is known, so it counts as not built.
 */
export function isNotBuiltOn(release: string, python: string): boolean {
  const [, name = '', number = ''] = /^(debian|alpine3\.)(\d+)$/.exec(release) ?? [];
  const series = python.split('.').slice(0, 2).join('.');
  if (name === 'debian') {
    const steps = FIRST_PATCH.get(series);
    const oldest = series === python ? (steps?.at(-1)?.[1] ?? debianBehind(python)) : debianBehind(python);
    return Number(number) < Number(oldest.replace('debian', '')) - 1;
  }
  if (name !== 'alpine3.') return false;
  return series !== python || Number(number) < (FIRST_ALPINE.get(series) ?? 0);
}
