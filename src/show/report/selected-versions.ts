import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { Version } from '../../domain/version.ts';
import type { Examined } from '../../decide/findings/found.ts';

/** One package at one version of a set, whatever the target. */
export interface SelectedVersion {
  readonly name: PackageName;
  readonly version: Version;
}

/**
 * What a service has today, by name: its pins as they stand, and what was resolved beside them. Where the lines conflict, a pin that
 * was set free to resolve the rest counts as it is written.
 */
export function selectedVersions({ resolution, today }: Examined): readonly SelectedVersion[] {
  const pinned = new Set<string>();
  const pins = resolution.lines.flatMap((line) => {
    const position =
      line.pinned === null || line.requirement.role !== 'requirement' ? -1 : line.allowed.same.last;
    if (position === -1) return [];
    const { name } = line.requirement.dependency;
    for (const target of line.targets) pinned.add(`${target} ${name}`);
    return [{ name, version: line.published.versions[position]! }];
  });
  const beside = today.locks.flatMap((lock) => {
    const target = resolution.graph.targets.indexOf(lock.target);
    return lock.packages
      .filter((one) => !pinned.has(`${target} ${one.name}`))
      .map(({ name, version }) => ({ name, version }));
  });
  return unique([...pins, ...beside]);
}

/** The versions of sets of several targets, each once, by name. */
export function versionsIn(locks: readonly LockedSet[]): readonly SelectedVersion[] {
  return unique(locks.flatMap((lock) => lock.packages.map(({ name, version }) => ({ name, version }))));
}

function unique(all: readonly SelectedVersion[]): readonly SelectedVersion[] {
  const byText = new Map(all.map((one) => [`${one.name} ${one.version.text}`, one]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
