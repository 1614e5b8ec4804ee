import type { Chain } from '../../domain/finding.ts';
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

/** Why a package is in today's set of one target, at this version. */
export interface PackageExplanation {
  readonly name: PackageName;
  readonly target: Target;
  readonly version: Version;
  readonly askers: readonly Asker[];
  /** The newest version that the target could have, whatever the lines say; null where this one is the newest. */
  readonly newest: Version | null;
  /** The derivation that forbids anything newer while every line stays; empty where nothing forbids it. */
  readonly whyNotNewer: readonly string[];
}

/** One explanation for each target that has the package today; empty where none has it. */
export async function explainPackage(
  resolution: Resolution,
  today: Today,
  name: PackageName,
): Promise<readonly PackageExplanation[]> {
  const explanations: PackageExplanation[] = [];
  for (const lock of today.locks) {
    const locked = lock.packages.find((one) => one.name === name);
    if (locked !== undefined) explanations.push(await explained(resolution, today, lock, locked));
  }
  return explanations;
}

async function explained(
  resolution: Resolution,
  today: Today,
  lock: LockedSet,
  locked: LockedPackage,
): Promise<PackageExplanation> {
  const { name, version } = locked;
  const newer = newerVersions(resolution, lock.target, locked);
  const published = resolution.graph.pages.loaded(name)!;
  return {
    name,
    target: lock.target,
    version,
    askers: await askersOf(resolution, lock, locked),
    newest: newer.isEmpty ? null : published.versions[newer.last]!,
    whyNotNewer: newer.isEmpty ? [] : await whyNot(resolution, today, lock, name, newer),
  };
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

async function whyNot(
  resolution: Resolution,
  today: Today,
  lock: LockedSet,
  name: PackageName,
  newer: VersionSet,
): Promise<readonly string[]> {
  const free = new Set(today.conflicts.flatMap((conflict) => conflict.lines));
  const stay = resolution.lines
    .filter((line) => !free.has(line))
    .map((line) => resolution.level(line, 'same'));
  const target = resolution.graph.targets.indexOf(lock.target);
  const outcome = await resolution.solve([resolution.graph.at(name, target, newer), ...stay]);
  return outcome.kind === 'unsolvable' ? prose(resolution.graph, outcome.derivation) : [];
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
