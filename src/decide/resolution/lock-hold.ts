import type { LockEntry, LockFile } from '../../domain/lock-file.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Service } from '../../domain/project.ts';
import type { Version } from '../../domain/version.ts';
import { lockedOn } from '../../read/manifests/locks/locked-on.ts';
import type { Rules } from './line.ts';
import type { Pages } from './pages.ts';

/** What a service's lock has on each of its targets: an installer takes these versions, whatever else the lines admit. */
export interface LockHold {
  readonly lock: LockFile;
  /** Of what comes from an index, by name; one map a target. */
  readonly onTargets: readonly ReadonlyMap<PackageName, HeldEntry>[];
}

export type HeldEntry = LockEntry & { readonly version: Version };

/** Null where the service has no lock, or one of which nothing could be read. */
export function lockHold({ lock, targets }: Service, rules: Rules): LockHold | null {
  if (lock === undefined || lock.entries.length === 0) return null;
  const onTargets = targets.map((target) => {
    const held = new Map<PackageName, HeldEntry>();
    for (const { entry } of lockedOn(lock, target, rules, { development: true }))
      if (entry.source === 'index' && isVersioned(entry)) held.set(entry.name, entry);
    return held;
  });
  return { lock, onTargets };
}

/** Positions of the versions that the lock has and an index still serves, for pages that were loaded. */
export function heldPositions(
  { onTargets }: LockHold,
  pages: Pages,
): readonly ReadonlyMap<PackageName, number>[] {
  return onTargets.map((held) => {
    const positions = new Map<PackageName, number>();
    for (const [name, { version }] of held) {
      const position = pages.loaded(name)?.position(version) ?? -1;
      if (position !== -1) positions.set(name, position);
    }
    return positions;
  });
}

function isVersioned(entry: LockEntry): entry is HeldEntry {
  return entry.version !== null;
}
