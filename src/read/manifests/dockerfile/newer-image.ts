/**
 * The name of a base image with another series of Python in its tag, its other words kept ("python:3.9-slim" is "python:3.12-slim"
 * then); null where the tag does not name the series. A digest names one image and is left out, and so are words of
 * distributions on which the newer series was never built.
 */
export function newerImage(image: string, from: string, to: string): string | null {
  const name = image.split('@', 1)[0]!;
  const colon = name.lastIndexOf(':');
  if (colon <= name.lastIndexOf('/')) return null;
  const [series, tag] = [seriesOf(from), name.slice(colon + 1)];
  const words = tag.split('-');
  const at = words.findIndex((word) => isOfSeries(word, series));
  if (at === -1) return null;
  const prefix = words[at]!.startsWith('python') ? 'python' : '';
  const rest = words.slice(at + 1).flatMap((word) => kept(word, to));
  return `${name.slice(0, colon)}:${[...words.slice(0, at), `${prefix}${seriesOf(to)}`, ...rest].join('-')}`;
}

function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function isOfSeries(word: string, series: string): boolean {
  const version = word.replace(/^python/, '');
  return version === series || version.startsWith(`${series}.`);
}

/** Debian releases by name, and the last series of Python that the official image was built with on them. */
const LAST_SERIES: ReadonlyMap<string, number> = new Map([
  ['jessie', 8],
  ['stretch', 9],
  ['buster', 12],
  ['bullseye', 13],
]);

function kept(word: string, to: string): readonly string[] {
  if (/^alpine\d/.test(word)) return ['alpine'];
  if (/^rc\d*$/.test(word)) return [];
  const last = LAST_SERIES.get(word);
  return last !== undefined && Number(seriesOf(to).split('.')[1]) > last ? [] : [word];
}
