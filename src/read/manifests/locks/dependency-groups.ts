import { tomlAt, tomlString } from '../../../io/toml-table.ts';
import type { TomlTable } from '../../../io/toml-table.ts';

/** One requirement of a dependency group, as written. */
export interface GroupRequirement {
  readonly group: string;
  readonly text: string;
}

/** The requirements of `[dependency-groups]` (PEP 735), groups that include others with all that those hold. */
export function groupRequirements(pyproject: TomlTable): readonly GroupRequirement[] {
  const groups = tomlAt(pyproject, 'dependency-groups');
  if (!(groups instanceof Map)) return [];
  const byName = new Map(
    [...(groups as TomlTable)].map(([name, list]) => [normalGroup(name), list] as const),
  );
  return [...byName.keys()].flatMap((group) =>
    [...requirementsOf(group, byName)].map((text) => ({ group, text })),
  );
}

/** Each group once, however often it is included: circles end, and what many paths lead to is no more work. */
function requirementsOf(group: string, byName: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  const texts = new Set<string>();
  const seen = new Set([group]);
  for (const name of seen) {
    const list = byName.get(name);
    if (!Array.isArray(list)) continue;
    for (const item of list as readonly unknown[]) {
      const included = tomlString(item, 'include-group');
      if (typeof item === 'string') texts.add(item);
      else if (included !== null) seen.add(normalGroup(included));
    }
  }
  return texts;
}

/** PEP 735: names of groups are compared as names of packages are. */
export function normalGroup(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}
