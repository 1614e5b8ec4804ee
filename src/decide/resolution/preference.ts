import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Target } from '../../domain/target.ts';
import type { Preference } from './graph.ts';

/**
 * The newest version that an installer would take: installable on the target, then not yanked, then final, each where some
 * version is. Only the order of trying: what is not permitted is excluded by rules, not here.
 */
export function newestFirst(targets: readonly Target[]): Preference {
  return (published, target, possible) => ordinary(published, targets[target]!, possible).last;
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
  const installable = possible.intersect(published.installable(target));
  const steps = [
    installable,
    installable.minus(published.yanked),
    installable.minus(published.yanked).minus(published.prereleases),
  ];
  return steps.findLast((set) => !set.isEmpty) ?? possible;
}
