import type { LockEntry, LockFile } from '../../domain/lock-file.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Service } from '../../domain/project.ts';
import type { Version } from '../../domain/version.ts';
import { lockedOn } from '../../read/manifests/locks/locked-on.ts';
import type { GraphOptions } from './graph.ts';
import type { Pages } from './pages.ts';

/** What a lock has on one target: an installer takes these versions, whatever else the lines admit. */
export interface Held {
  readonly lock: LockFile;
  /** Of what comes from an index, by name. */
  readonly packages: ReadonlyMap<PackageName, HeldEntry>;
  /** Names that it has at several versions there, for extras or groups that exclude each other: which counts, nobody can tell. */
  readonly several: ReadonlySet<PackageName>;
}

export type HeldEntry = LockEntry & { readonly version: Version };

/** For each target; null where the service has no lock, or one of which nothing could be read. */
export function heldBy(
  { lock, developmentLeftOut }: Pick<Service, 'lock' | 'developmentLeftOut'>,
  { rules, targets }: Pick<GraphOptions, 'rules' | 'targets'>,
): readonly (Held | null)[] {
  if (lock === undefined || lock.entries.length === 0) return targets.map(() => null);
  const selection = { development: developmentLeftOut === undefined };
  return targets.map((target) => {
    const packages = new Map<PackageName, HeldEntry>();
    const several = new Set<PackageName>();
    for (const { entry } of lockedOn(lock, target, rules, selection))
      if (entry.source === 'index' && isVersioned(entry)) {
        const { version } = packages.get(entry.name) ?? entry;
        if (version.text !== entry.version.text) several.add(entry.name);
        packages.set(entry.name, entry);
      }
    return { lock, packages, several };
  });
}

/** Positions of the versions that locks have and an index still serves, for pages that were loaded. */
export function heldPositions(
  held: readonly (Held | null)[],
  pages: Pages,
): readonly ReadonlyMap<PackageName, number>[] {
  return held.map((one) => {
    const positions = new Map<PackageName, number>();
    for (const [name, { version }] of one?.packages ?? []) {
      const position = pages.loaded(name)?.position(version) ?? -1;
      if (position !== -1) positions.set(name, position);
    }
    return positions;
  });
}

function isVersioned(entry: LockEntry): entry is HeldEntry {
  return entry.version !== null;
}
