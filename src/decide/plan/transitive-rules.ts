import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Examined } from '../findings/found.ts';
import { partsOf } from '../findings/part.ts';
import { touchedVersions } from '../findings/vulnerable.ts';
import type { Line } from '../resolution/line.ts';
import type { Rule } from '../resolution/rule.ts';
import { policyRules } from './policy-rules.ts';
import { todaysPositions } from './todays-positions.ts';

/** Where the newest is wanted, nothing is kept for its own sake. */
export function stayRules(examined: Examined): readonly Rule[] {
  if (examined.policy.strategy === 'latest') return [];
  return ofTransitives(examined).map(({ page, version, positions }) => ({
    id: `stay ${page.name}`,
    name: page.name,
    avoid: avoidedAt(page, positions, (position) =>
      VersionSet.of(page.versions.length, position).complement(),
    ),
    why: { kind: 'stays', version },
  }));
}

/**
 * What is old is mostly free of records because nobody looks at it any more, and asks for less: it is no repair to go back to it.
 * Only from a version with an advisory of its own may the package itself go back, to one that no record touches; and to the newest
 * that the bound of another package leaves it, where that one does not go back.
 */
export function goesBackRules(examined: Examined): readonly Rule[] {
  const { targets } = examined.resolution.graph;
  const today = todaysPositions(examined);
  return ofTransitives(examined).flatMap(({ page, version, positions }) => {
    const touched = touchedVersions(examined, page);
    const none = VersionSet.none(page.versions.length);
    const avoid = avoidedAt(page, positions, (position) => {
      const below = VersionSet.range(page.versions.length, 0, position);
      return touched.has(position) ? below.intersect(touched) : below;
    });
    if (avoid.every((set) => set.isEmpty)) return [];
    // A bound of the policy is the same on every target.
    const barred = policyRules(examined, page).reduce((all, rule) => all.union(rule.avoid[0]!), none);
    const from = positions.map((position, at) => {
      if (position === null) return null;
      const ownToday = VersionSet.of(page.versions.length, position);
      const candidates = candidatesOf(page, targets[at]!).minus(barred).union(ownToday);
      return { position, candidates, touched, others: today[at]! };
    });
    return [{ id: `back ${page.name}`, name: page.name, avoid, why: { kind: 'goes-back', version, from } }];
  });
}

/** What an installer takes of itself. */
function candidatesOf(page: PublishedPackage, target: Target): VersionSet {
  const wheels = page.installable(target).minus(page.needsBuild(target));
  return wheels.minus(page.prereleases).minus(page.yanked);
}

interface Transitive {
  readonly page: PublishedPackage;
  /** On some target. */
  readonly version: Version;
  /** Of today's version on each target; null where it is not there, or a line settles it. */
  readonly positions: readonly (number | null)[];
}

/** Each package that no line settles. None where today's lines conflict. */
function ofTransitives(examined: Examined): readonly Transitive[] {
  const { resolution, today } = examined;
  if (!today.whole) return [];
  const { graph, lines, held } = resolution;
  const settled = partsOf(examined).map(({ columns }) => ({
    columns,
    names: settledByLines(
      lines.filter(({ targets }) => targets.some((at) => columns.includes(at))),
      columns.some((at) => held[at] !== null),
    ),
  }));
  const isSettled = (name: PackageName, at: number): boolean =>
    settled.some(({ columns, names }) => columns.includes(at) && names.has(name));
  return transitives(today.locks, isSettled).map(([name, byTarget]) => {
    const page = graph.pages.loaded(name)!;
    const positions = byTarget.map((version) => (version === null ? null : page.position(version)));
    return { page, version: byTarget.find((v) => v !== null)!, positions };
  });
}

function avoidedAt(
  { versions }: PublishedPackage,
  positions: Transitive['positions'],
  avoided: (position: number) => VersionSet,
): readonly VersionSet[] {
  return positions.map((position) =>
    position === null ? VersionSet.none(versions.length) : avoided(position),
  );
}

/**
 * Names that a line settles: it asks for them, or as a constraint it pins them. Everything else is transitive. Where there is a lock, a
 * range settles nothing: the lock does.
 */
export function settledByLines(lines: readonly Line[], isLocked: boolean): ReadonlySet<PackageName> {
  const settling = lines.filter(
    (line) => line.pinned !== null || (!isLocked && line.requirement.role === 'requirement'),
  );
  return new Set(settling.map((line) => line.requirement.dependency.name));
}

function transitives(
  locks: readonly LockedSet[],
  isAsked: (name: PackageName, at: number) => boolean,
): [PackageName, (LockedSet['packages'][number]['version'] | null)[]][] {
  const names = new Set(
    locks.flatMap((lock, at) =>
      lock.packages.map((locked) => locked.name).filter((name) => !isAsked(name, at)),
    ),
  );
  return [...names]
    .sort()
    .map((name) => [
      name,
      locks.map((lock, at) =>
        isAsked(name, at) ? null : (lock.packages.find((locked) => locked.name === name)?.version ?? null),
      ),
    ]);
}
