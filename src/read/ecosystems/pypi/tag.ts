import type { Target } from '../../../domain/target.ts';
import { memoByText } from './memo-by-text.ts';
import { platformTags } from './platform-tag.ts';
import { runtimeSeries } from './runtime.ts';

/** More triples in one compressed tag set than any wheel needs: a file name that spells more fits nowhere. */
const MOST_TRIPLES = 4096;

/** Where a wheel's tags stand among those that a target takes: 0 is best; null: it does not fit. */
export type WheelRank = (tags: string) => number | null;

/**
 * The tags that a target takes (PEP 425, 600, 656), best first, as "cp311-cp311-manylinux_2_17_x86_64": the interpreter's
 * own ABI, the stable ABI, no ABI, the stable ABI of older versions, then pure Python by platform and for any.
 */
export function supportedTags(target: Target): readonly string[] {
  const platforms = platformTags(target);
  const { implementation } = target.runtime;
  const [major, minor] = runtimeSeries(target.runtime).split('.').map(Number) as [number, number];
  const interpreter = { cpython: `cp${major}${minor}`, pypy: `pp${major}${minor}` }[implementation];
  const native = implementation === 'cpython' ? cpythonTags : implementation === 'pypy' ? pypyTags : () => [];
  const anyInterpreter = implementation === 'pypy' ? 'pp3' : interpreter;
  const pure = [`py${major}${minor}`, `py${major}`, ...below(minor, 0).map((m) => `py${major}${m}`)];
  return [
    ...native(major, minor, platforms),
    ...pure.flatMap((python) => platforms.map((platform) => `${python}-none-${platform}`)),
    ...(anyInterpreter === undefined ? [] : [`${anyInterpreter}-none-any`]),
    ...pure.map((python) => `${python}-none-any`),
  ];
}

function below(minor: number, lowest: number): readonly number[] {
  return Array.from({ length: Math.max(minor - lowest, 0) }, (_, i) => minor - 1 - i);
}

function cpythonTags(major: number, minor: number, platforms: readonly string[]): readonly string[] {
  const interpreter = `cp${major}${minor}`;
  const stable = major > 3 || (major === 3 && minor >= 2);
  const pairs = [
    `${interpreter}-${interpreter}${abiFlags(major, minor)}`,
    ...(stable ? [`${interpreter}-abi3`] : []),
    `${interpreter}-none`,
    ...(stable ? below(minor, 2).map((m) => `cp${major}${m}-abi3`) : []),
  ];
  return pairs.flatMap((pair) => platforms.map((platform) => `${pair}-${platform}`));
}

/** PEP 3149: "m" until 3.7 (pymalloc), and "u" before 3.3 (wide Unicode). */
function abiFlags(major: number, minor: number): string {
  if (major > 3 || (major === 3 && minor >= 8)) return '';
  return major === 3 && minor >= 3 ? 'm' : 'mu';
}

/** The ABI of every PyPy for Python 3 that is still in use is that of PyPy 7.3. */
function pypyTags(major: number, minor: number, platforms: readonly string[]): readonly string[] {
  const interpreter = `pp${major}${minor}`;
  const abis = [`pypy${major}${minor}_pp73`, 'none'];
  return abis.flatMap((abi) => platforms.map((platform) => `${interpreter}-${abi}-${platform}`));
}

/** The triples that a compressed tag set stands for (PEP 425, "Compressed tag sets"); none where it is malformed or too large. */
export function expandTags(tags: string): readonly string[] {
  const [pythons, abis, platforms] = tagSets(tags);
  return pythons.flatMap((python) =>
    abis.flatMap((abi) => platforms.map((platform) => `${python}-${abi}-${platform}`)),
  );
}

type TagSets = readonly [pythons: readonly string[], abis: readonly string[], platforms: readonly string[]];

/** The three sets of a compressed tag set; empty ones where it is malformed or stands for too much. */
function tagSets(tags: string): TagSets {
  const sets = tags
    .toLowerCase()
    .split('-')
    .map((set) => set.split('.'));
  const [pythons, abis, platforms] = sets;
  if (sets.length !== 3 || sets.some((set) => set.includes(''))) return [[], [], []];
  if (pythons!.length * abis!.length * platforms!.length > MOST_TRIPLES) return [[], [], []];
  return [pythons!, abis!, platforms!];
}

const ranks = new WeakMap<Target, WheelRank>();

/** For one target: the rank of a wheel's best tag, by which an installer chooses among wheels. Remembered by text. */
export function wheelRank(target: Target): WheelRank {
  const known = ranks.get(target);
  if (known !== undefined) return known;
  const order = orderOf(supportedTags(target));
  const best = memoByText((tags) => bestRank(order, tags));
  const rank: WheelRank = (tags) => {
    const found = best(tags);
    return found === Infinity ? null : found;
  };
  ranks.set(target, rank);
  return rank;
}

/** By "python-abi", then by platform: most of a page's wheels are for other interpreters, which one look-up tells. */
type TagOrder = ReadonlyMap<string, ReadonlyMap<string, number>>;

function orderOf(supported: readonly string[]): TagOrder {
  const order = new Map<string, Map<string, number>>();
  for (const [at, tag] of supported.entries()) {
    const dash = tag.lastIndexOf('-');
    const [pair, platform] = [tag.slice(0, dash), tag.slice(dash + 1)];
    const platforms = order.get(pair) ?? new Map<string, number>();
    order.set(pair, platforms);
    if (!platforms.has(platform)) platforms.set(platform, at);
  }
  return order;
}

function bestRank(order: TagOrder, tags: string): number {
  // Told without taking the text apart, where it names one interpreter and one ABI that the target does not take.
  const pair = tags.slice(0, tags.lastIndexOf('-')).toLowerCase();
  if (!pair.includes('.') && !order.has(pair)) return Infinity;
  const [pythons, abis, platforms] = tagSets(tags);
  let lowest = Infinity;
  for (const python of pythons)
    for (const abi of abis) {
      const ranksOf = order.get(`${python}-${abi}`);
      if (ranksOf === undefined) continue;
      for (const platform of platforms) lowest = Math.min(lowest, ranksOf.get(platform) ?? Infinity);
    }
  return lowest;
}

/** For one target: whether a wheel with these tags can be installed there. */
export function wheelFits(target: Target): (tags: string) => boolean {
  const rank = wheelRank(target);
  return (tags) => rank(tags) !== null;
}
