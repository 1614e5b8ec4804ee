import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Examined } from '../findings/found.ts';
import type { Rule } from '../resolution/rule.ts';

/**
 * Candidates that come last because something about them is not proven: that they build, what they depend on, or that an installer
 * takes metadata which breaks the rules. What the project pins itself today, by a line or a lock, is no candidate: where nobody publishes
 * wheels of a version it may be built, and who pins one with such metadata has an installer that takes it.
 */
export function unprovenRules(examined: Examined, page: PublishedPackage): readonly Rule[] {
  const { graph } = examined.resolution;
  const { name } = page;
  const pinned = pinnedToday(examined, name).union(lockedToday(examined, page));
  const untold = setOf(page, graph.unknownMetadata.get(name)?.keys());
  // Where no version has a wheel that could tell, and the pin does not, another such version is no less known than the pin.
  const alike = untold.intersects(pinned) && withWheels(page).isEmpty;
  const unread = alike ? VersionSet.none(untold.size) : untold.minus(pinned);
  const irregular = setOf(page, graph.lenientMetadata.get(name));
  const refused = irregular.intersects(pinned) ? VersionSet.none(irregular.size) : irregular;
  const everywhere = (set: VersionSet): readonly VersionSet[] => graph.targets.map(() => set);
  const rules: readonly Rule[] = [
    { id: `build of ${name}`, name, avoid: toBuild(examined, page, pinned), why: { kind: 'needs-build' } },
    {
      id: `unknown metadata of ${name} at ${[...unread.positions()].join(' ')}`,
      ...{ name, avoid: everywhere(unread), why: { kind: 'unknown-metadata' } },
    },
    {
      id: `irregular metadata of ${name} at ${[...refused.positions()].join(' ')}`,
      ...{ name, avoid: everywhere(refused), why: { kind: 'lenient-metadata' } },
    },
  ];
  return rules.filter(({ avoid }) => avoid.some((set) => !set.isEmpty));
}

function setOf({ versions }: PublishedPackage, positions: Iterable<number> | undefined): VersionSet {
  return VersionSet.of(versions.length, ...(positions ?? []));
}

/**
 * By target: what only a build installs there, of a package that has wheels for it in other versions. One that has none in any version
 * is the project's own affair where it is there today; a plan is not to bring it in where another does without.
 */
function toBuild(examined: Examined, page: PublishedPackage, pinned: VersionSet): readonly VersionSet[] {
  return examined.resolution.graph.targets.map((target, at) => {
    const needs = page.needsBuild(target);
    const proven = page.installable(target).minus(needs);
    if (proven.isEmpty && !isNewcomer(examined, page.name, at)) return VersionSet.none(page.versions.length);
    return needs.minus(pinnedWithoutWheels(page, pinned));
  });
}

/** Whether no line asks for a package, and today's set has nothing of it. */
function isNewcomer({ resolution, today }: Examined, name: PackageName, target: number): boolean {
  const installed = today.locks[target]?.packages;
  const asked = resolution.lines.some((line) => line.requirement.dependency.name === name);
  return installed !== undefined && !asked && !installed.some((locked) => locked.name === name);
}

/** What the project's own lines pin of a package, as they are written. */
export function pinnedToday(examined: Examined, name: PackageName): VersionSet {
  const lines = examined.resolution.lines.filter(
    (line) => line.pinned !== null && line.requirement.dependency.name === name,
  );
  const page = examined.resolution.graph.pages.loaded(name)!;
  return lines.reduce((all, line) => all.union(line.allowed.same), VersionSet.none(page.versions.length));
}

function lockedToday({ resolution }: Examined, page: PublishedPackage): VersionSet {
  const locked = resolution.held.flatMap((one) => one?.packages.get(page.name)?.version ?? []);
  const positions = locked.map((version) => page.position(version)).filter((position) => position !== -1);
  return VersionSet.of(page.versions.length, ...positions);
}

function pinnedWithoutWheels(page: PublishedPackage, pinned: VersionSet): VersionSet {
  return pinned.minus(withWheels(page));
}

function withWheels(page: PublishedPackage): VersionSet {
  return VersionSet.where(page.versions.length, (position) => page.hasWheel(position));
}
