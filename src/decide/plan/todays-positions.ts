import type { PackageName } from '../../domain/package-name.ts';
import type { Examined } from '../findings/found.ts';

/** Of every package of today's set, by target. */
export function todaysPositions(examined: Examined): readonly ReadonlyMap<PackageName, number>[] {
  const { graph } = examined.resolution;
  return examined.today.locks.map(
    (lock) =>
      new Map(
        lock.packages.map((locked) => [
          locked.name,
          graph.pages.loaded(locked.name)!.position(locked.version),
        ]),
      ),
  );
}
