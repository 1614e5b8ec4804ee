import type { Chain } from '../../domain/finding.ts';
import type { LockFile } from '../../domain/lock-file.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { LockedPackage, LockedSet } from '../../domain/plan.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import { VersionSet } from '../../domain/version-set.ts';
import { chainTo } from './chain.ts';
import { prose } from './prose.ts';
import type { Resolution } from './resolution.ts';
import type { Today } from './today.ts';

/** Who asks for a package, in the words in which it is asked. */
export type Asker =
  | {
      readonly kind: 'line';
      readonly requirement: Requirement;
      readonly asks: string;
      /** False: the line conflicts with others, and what is selected is not what it asks for. */
      readonly holds: boolean;
      /** The override that counts here instead of what the line says of versions; null: none. */
      readonly overriddenBy: Requirement | null;
    }
  /** `chain` leads from a requirement line to the parent. */
  | {
      readonly kind: 'package';
      readonly name: PackageName;
      readonly version: Version;
      readonly chain: Chain;
      readonly asks: string;
    };

/** What makes it this version and no other. */
export type Selection =
  | { readonly kind: 'line'; readonly requirement: Requirement }
  | { readonly kind: 'lock'; readonly path: string }
  /** The newest that all that is asked of it admits. */
  | { readonly kind: 'newest' }
  /** A newer one would fit as well, and goes with other versions of other packages. */
  | { readonly kind: 'others' };

/** Why a package is in today's set of one target, at this version. */
export interface PackageExplanation {
  readonly name: PackageName;
  readonly target: Target;
  readonly version: Version;
  readonly selectedBy: Selection;
  readonly askers: readonly Asker[];
  /** The newest above this one that the lines admit as they are written; null: none is above it. */
  readonly newestFitting: Version | null;
  /** The newest version that the target could have, whatever the lines say; null where this one is the newest. */
  readonly newest: Version | null;
  /** The derivation that forbids anything newer than what fits while every line stays; empty where nothing forbids it. */
  readonly whyNotNewer: readonly string[];
}

/** One explanation for each target that has the package today; empty where none has it. `held`: the lock that decides today's set. */
export async function explainPackage(
  resolution: Resolution,
  today: Today,
  held: LockFile | null,
  name: PackageName,
): Promise<readonly PackageExplanation[]> {
  const explanations: PackageExplanation[] = [];
  for (const lock of today.locks) {
    const locked = lock.packages.find((one) => one.name === name);
    if (locked !== undefined) explanations.push(await explained(resolution, today, held, lock, locked));
  }
  return explanations;
}

async function explained(
  resolution: Resolution,
  today: Today,
  held: LockFile | null,
  lock: LockedSet,
  locked: LockedPackage,
): Promise<PackageExplanation> {
  const { name, version } = locked;
  const { target } = lock;
  const newer = newerVersions(resolution, target, locked);
  const published = resolution.graph.pages.loaded(name)!;
  const { fitting, whyNotNewer } = await fittingAmong(resolution, today, target, name, newer);
  return {
    ...{ name, target, version, whyNotNewer },
    selectedBy:
      lockedBy(held, locked) ??
      pinnedBy(resolution, target, locked) ??
      (fitting === null ? { kind: 'newest' } : { kind: 'others' }),
    askers: await askersOf(resolution, lock, locked),
    newestFitting: fitting === null ? null : published.versions[fitting]!,
    newest: newer.isEmpty ? null : published.versions[newer.last]!,
  };
}

function lockedBy(held: LockFile | null, { name, version }: LockedPackage): Selection | null {
  const has = held?.entries.some((entry) => entry.name === name && entry.version?.text === version.text);
  return has === true ? { kind: 'lock', path: held!.path } : null;
}

/** The line that admits this version alone. */
function pinnedBy(
  { lines, graph }: Resolution,
  target: Target,
  { name, version }: LockedPackage,
): Selection | null {
  const position = graph.pages.loaded(name)!.position(version);
  const line = lines.find(
    ({ requirement, targets, pinned, overriddenBy, allowed }) =>
      requirement.dependency.name === name &&
      targets.includes(graph.targets.indexOf(target)) &&
      pinned !== null &&
      overriddenBy === null &&
      allowed.same.has(position),
  );
  return line === undefined ? null : { kind: 'line', requirement: line.requirement };
}

/** Final versions above the selected one that can be installed and were not taken back. */
function newerVersions({ graph }: Resolution, target: Target, { name, version }: LockedPackage): VersionSet {
  const published = graph.pages.loaded(name)!;
  const count = published.versions.length;
  return VersionSet.range(count, published.position(version) + 1, count)
    .intersect(published.installable(target))
    .minus(published.yanked)
    .minus(published.prereleases);
}

/** The newest of them that can be had while every line stays (its position), and what forbids those above it. */
async function fittingAmong(
  resolution: Resolution,
  today: Today,
  target: Target,
  name: PackageName,
  newer: VersionSet,
): Promise<{ readonly fitting: number | null; readonly whyNotNewer: readonly string[] }> {
  const { graph } = resolution;
  const free = new Set(today.conflicts.flatMap((conflict) => conflict.lines));
  const stay = resolution.lines
    .filter((line) => !free.has(line))
    .map((line) => resolution.level(line, 'same'));
  const at = graph.targets.indexOf(target);
  let [fitting, above]: [number | null, VersionSet] = [null, newer];
  while (!above.isEmpty) {
    const outcome = await resolution.solve([graph.at(name, at, above), ...stay]);
    if (outcome.kind === 'unsolvable') return { fitting, whyNotNewer: prose(graph, outcome.derivation) };
    const found = outcome.kind === 'solved' ? resolution.selected(outcome, name, at) : null;
    if (found === null) break;
    fitting = found;
    above = newer.intersect(VersionSet.range(newer.size, found + 1, newer.size));
  }
  return { fitting, whyNotNewer: [] };
}

async function askersOf(
  resolution: Resolution,
  lock: LockedSet,
  { name, version, requiredBy }: LockedPackage,
): Promise<readonly Asker[]> {
  const target = resolution.graph.targets.indexOf(lock.target);
  const position = resolution.graph.pages.loaded(name)!.position(version);
  const lines = resolution.lines
    .filter((line) => line.requirement.dependency.name === name && line.targets.includes(target))
    .map(({ requirement, allowed, overriddenBy }): Asker => {
      const asks = requirement.dependency.text;
      return { kind: 'line', requirement, asks, holds: allowed.same.has(position), overriddenBy };
    });
  const parents: Asker[] = [];
  for (const parent of requiredBy) {
    const locked = lock.packages.find((one) => one.name === parent)!;
    const chain = await chainTo(resolution, lock, parent);
    const asked = (await askedBy(resolution, target, locked)).filter((asks) => asks.name === name);
    for (const asks of new Set(asked.map((dependency) => dependency.text)))
      parents.push({ kind: 'package', name: parent, version: locked.version, chain, asks });
  }
  return [...lines, ...parents];
}

async function askedBy(
  { graph }: Resolution,
  target: number,
  { name, version, extras }: LockedPackage,
): Promise<ReturnType<Resolution['graph']['dependencies']>> {
  const published = graph.pages.loaded(name)!;
  const metadata = await graph.metadata(published, published.position(version), target);
  return [null, ...extras].flatMap((extra) => graph.dependencies(metadata, target, extra));
}
