import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Target } from '../../domain/target.ts';
import type { Preference } from './graph.ts';

/**
 * The newest version that an installer would take: installable on the target, then not yanked, then final, each where some
 * version is. Only the order of trying: what is not permitted is excluded by rules, not here.
 */
export function newestFirst(targets: readonly Target[]): Preference {
  return (published, target, possible) => {
    for (const set of inSteps(published, targets[target]!)) {
      const last = set.lastIn(possible);
      if (last !== -1) return last;
    }
    return possible.last;
  };
}

/** Keeps what was selected before (by name, one set per target), and takes the newest of what is new. */
export function keepingFirst(
  targets: readonly Target[],
  before: readonly ReadonlyMap<string, number>[],
): Preference {
  return keepingElse(before, newestFirst(targets));
}

/**
 * Keeps what the lock has; what cannot be kept takes the nearest version above it, for whoever has a lock wants no more to move than
 * must, and what is new its newest.
 */
export function nearestFirst(
  targets: readonly Target[],
  before: readonly ReadonlyMap<string, number>[],
): Preference {
  const newest = newestFirst(targets);
  return keepingElse(before, (published, target, possible) => {
    const kept = before[target]?.get(published.name);
    if (kept === undefined) return newest(published, target, possible);
    const above = ordinary(published, targets[target]!, possible).minus(
      VersionSet.range(possible.size, 0, Math.min(kept, possible.size)),
    );
    return above.isEmpty ? newest(published, target, possible) : above.first;
  });
}

function keepingElse(before: readonly ReadonlyMap<string, number>[], otherwise: Preference): Preference {
  return (published, target, possible) => {
    const kept = before[target]?.get(published.name);
    return kept !== undefined && possible.has(kept) ? kept : otherwise(published, target, possible);
  };
}

function ordinary(published: PublishedPackage, target: Target, possible: VersionSet): VersionSet {
  const set = inSteps(published, target).find((one) => one.intersects(possible));
  return set?.intersect(possible) ?? possible;
}

const steps = new WeakMap<Target, WeakMap<PublishedPackage, readonly VersionSet[]>>();

/** What an installer would rather take, narrowest first. */
function inSteps(published: PublishedPackage, target: Target): readonly VersionSet[] {
  const known = steps.get(target) ?? new WeakMap<PublishedPackage, readonly VersionSet[]>();
  steps.set(target, known);
  const before = known.get(published);
  if (before !== undefined) return before;
  const installable = published.installable(target);
  const live = installable.minus(published.yanked);
  const sets = [live.minus(published.prereleases), live, installable];
  known.set(published, sets);
  return sets;
}
