import type { Condition } from '../../domain/dependency.ts';
import { UserFacingError } from '../../domain/errors.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet } from '../../domain/plan.ts';
import { targetText } from '../../domain/target.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import type { Ecosystem } from '../../read/ecosystems/ecosystem.ts';

/** One package at one version, and where it counts; `condition` null: on every target of the lock. */
export interface LockedRow {
  readonly name: PackageName;
  readonly version: Version;
  readonly condition: Condition | null;
}

/**
 * The sets of all targets as one list, by name and then in the order of the targets. What targets do not share carries a
 * condition; throws `usage` where no condition can tell those targets from the others.
 */
export function lockedRows(
  locks: readonly LockedSet[],
  rules: Pick<Ecosystem, 'conditionFor'>,
): readonly LockedRow[] {
  const entries = new Map<string, { name: PackageName; version: Version; targets: Target[] }>();
  for (const { target, packages } of locks) {
    for (const { name, version } of packages) {
      const key = `${name} ${version.text}`;
      const known = entries.get(key);
      if (known === undefined) entries.set(key, { name, version, targets: [target] });
      else known.targets.push(target);
    }
  }
  const all = locks.map((lock) => lock.target);
  return [...entries.values()]
    .sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1))
    .map(({ name, version, targets }) => {
      const others = all.filter((target) => !targets.includes(target));
      if (others.length === 0) return { name, version, condition: null };
      const condition = rules.conditionFor(targets, others);
      if (condition === null) throw notTold(`${name} ${version.text}`, targets, others);
      return { name, version, condition };
    });
}

function notTold(what: string, targets: readonly Target[], others: readonly Target[]): UserFacingError {
  const named = (list: readonly Target[]): string => list.map(targetText).join('; ');
  return new UserFacingError(
    'usage',
    `${what} is for ${named(targets)} and not for ${named(others)}, and no condition tells them apart`,
    { hint: 'write one lock for each target, with --python and --platform' },
  );
}
