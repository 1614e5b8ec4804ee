import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet, Plan } from '../../domain/plan.ts';
import type { Version } from '../../domain/version.ts';
import type { Examined } from '../findings/found.ts';
import { settledByLines } from './transitive-rules.ts';

/**
 * Packages that no line settles and that move against today's set, one entry for each move that targets differ in; null where
 * today's lines conflict, so that there is none. `planned`: the plan's sets, one for each target of the service.
 */
export function transitiveChanges(
  { resolution, today }: Examined,
  planned: readonly LockedSet[],
): Plan['transitiveChanges'] {
  if (!today.whole || today.solved === null) return null;
  const asked = settledByLines(
    resolution.lines,
    resolution.held.some((held) => held !== null),
  );
  const pairs = today.locks.map((lock, at) => [versionsOf(lock), versionsOf(planned[at]!)] as const);
  const names = [...new Set(pairs.flatMap(([before, after]) => [...before.keys(), ...after.keys()]))];
  return names
    .filter((name) => !asked.has(name))
    .sort()
    .flatMap((name) => {
      const moves = pairs
        .map(([before, after]) => ({ name, from: before.get(name) ?? null, to: after.get(name) ?? null }))
        .filter(({ from, to }) => from?.text !== to?.text);
      return [...new Map(moves.map((move) => [`${move.from?.text} ${move.to?.text}`, move])).values()];
    });
}

function versionsOf({ packages }: LockedSet): ReadonlyMap<PackageName, Version> {
  return new Map(packages.map(({ name, version }) => [name, version]));
}
