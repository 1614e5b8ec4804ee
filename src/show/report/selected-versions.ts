import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { Version } from '../../domain/version.ts';
import type { Examined } from '../../decide/findings/found.ts';

/** One package at one version of a set, whatever the target. */
export interface SelectedVersion {
  readonly name: PackageName;
  readonly version: Version;
}

/** What a service has today, by name: its pins as they stand, also where they conflict, and what was resolved beside them. */
export function selectedVersions({ resolution, today }: Examined): readonly SelectedVersion[] {
  const pins = resolution.lines.flatMap((line) => {
    const position =
      line.pinned === null || line.requirement.role === 'constraint' ? -1 : line.allowed.same.last;
    return position === -1
      ? []
      : [{ name: line.requirement.dependency.name, version: line.published.versions[position]! }];
  });
  return unique([...pins, ...versionsIn(today.locks)]);
}

/** The versions of sets of several targets, each once, by name. */
export function versionsIn(locks: readonly LockedSet[]): readonly SelectedVersion[] {
  return unique(locks.flatMap((lock) => lock.packages.map(({ name, version }) => ({ name, version }))));
}

function unique(all: readonly SelectedVersion[]): readonly SelectedVersion[] {
  const byText = new Map(all.map((one) => [`${one.name} ${one.version.text}`, one]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
