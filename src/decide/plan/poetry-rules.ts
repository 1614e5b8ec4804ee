import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { rangeOutside } from '../../read/manifests/locks/range-outside.ts';
import type { Examined } from '../findings/found.ts';
import type { Held } from '../resolution/lock-hold.ts';
import type { Rule } from '../resolution/rule.ts';

/**
 * Poetry locks one version for every Python of the project, so that what runs on some of them alone cannot be planned, although the target
 * would take it. What the lock itself has for some alone is there by a marker, and free; a lock that the project has left behind tells
 * nothing of its range.
 */
export function poetryRules({ resolution, rules }: Examined, page: PublishedPackage): readonly Rule[] {
  const ranges = resolution.held.map((held) => rangeFor(held, page, rules));
  return [...new Set(ranges)].flatMap((range): readonly Rule[] => {
    if (range === null) return [];
    const narrow = narrowerThan(range, page, rules);
    const avoid = ranges.map((one) => (one === range ? narrow : VersionSet.none(narrow.size)));
    const id = `Python ${range} of ${page.name}`;
    return narrow.isEmpty ? [] : [{ id, name: page.name, avoid, why: { kind: 'project-range', range } }];
  });
}

/** The range of Pythons that a lock has the package for; null where nothing holds it to one. */
function rangeFor(held: Held | null, page: PublishedPackage, rules: Examined['rules']): string | null {
  if (held === null || held.lock.tool !== 'poetry' || held.lock.outdated !== null) return null;
  const { requiresRuntime: range } = held.lock;
  const locked = held.packages.get(page.name);
  if (range === null || locked === undefined) return null;
  const position = page.position(locked.version);
  const isNarrow = position !== -1 && rangeOutside(range, page.requiresRuntime(position), rules) !== null;
  return isNarrow ? null : range;
}

/** Versions that do not run on every Python of a range. */
function narrowerThan(range: string, page: PublishedPackage, rules: Examined['rules']): VersionSet {
  const known = new Map<string | null, boolean>();
  return VersionSet.where(page.versions.length, (position) => {
    const bound = page.requiresRuntime(position);
    const isNarrow = known.get(bound) ?? rangeOutside(range, bound, rules) !== null;
    known.set(bound, isNarrow);
    return isNarrow;
  });
}
