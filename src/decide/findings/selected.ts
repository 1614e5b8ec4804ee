import type { Chain } from '../../domain/finding.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { chainTo } from '../resolution/chain.ts';
import type { Line } from '../resolution/line.ts';
import { newestFirst } from '../resolution/preference.ts';
import type { Examined } from './found.ts';

/** One distribution that the service has today, on the targets where it has it, with the way it comes in. */
export interface Selected {
  readonly name: PackageName;
  readonly version: Version;
  readonly position: number;
  readonly published: PublishedPackage;
  readonly targets: readonly Target[];
  readonly chain: Chain;
}

/**
 * What is selected today: every pin as it stands (also where it conflicts or cannot be installed), and what the resolution brought in
 * beside them. The same version on several targets is one entry.
 */
export async function selectedToday(examined: Examined): Promise<readonly Selected[]> {
  const { resolution } = examined;
  const entries = new Map<string, { name: PackageName; version: Version; targets: Target[]; chain: Chain }>();
  const add = (name: PackageName, version: Version, target: Target, chain: Chain): void => {
    const key = `${name} ${version.text}`;
    const known = entries.get(key);
    if (known === undefined) entries.set(key, { name, version, targets: [target], chain });
    else if (!known.targets.includes(target)) known.targets.push(target);
  };
  const pinned = new Set<string>();
  for (const line of resolution.lines) {
    if (line.pinned === null || line.requirement.role !== 'requirement' || line.allowed.same.isEmpty)
      continue;
    const { name } = line.requirement.dependency;
    for (const target of line.targets) {
      pinned.add(`${target} ${name}`);
      const version = line.published.versions[pinnedAt(examined, line, target)]!;
      add(name, version, resolution.graph.targets[target]!, {
        requirement: line.requirement,
        links: [{ name, version, asks: '' }],
      });
    }
  }
  for (const [target, lock] of examined.today.locks.entries()) {
    for (const locked of lock.packages) {
      if (pinned.has(`${target} ${locked.name}`)) continue;
      add(locked.name, locked.version, lock.target, await chainTo(resolution, lock, locked.name));
    }
  }
  return [...entries.values()].map((entry) => {
    const published = resolution.graph.pages.loaded(entry.name)!;
    return { ...entry, published, position: published.position(entry.version) };
  });
}

/**
 * Which of the versions that a pin admits is meant on a target: `==1.0` admits 1.0 and 1.0+cpu. What is selected today, or what
 * an installer would prefer where that is another version, since the pin was set free.
 */
function pinnedAt({ resolution, today }: Examined, line: Line, target: number): number {
  const { same } = line.allowed;
  const name = line.requirement.dependency.name;
  const locked = today.solved === null ? null : resolution.selected(today.solved, name, target);
  if (locked !== null && same.has(locked)) return locked;
  return newestFirst(resolution.graph.targets)(line.published, target, same);
}

/** "requirements.txt:3", or "via fastapi (requirements.txt:2)" for what nobody wrote down. */
export function whereText(chain: Chain): string {
  const parents = chain.links.slice(0, -1).map((link) => link.name);
  const line =
    chain.requirement === null ? '' : `${chain.requirement.span.file}:${chain.requirement.span.line}`;
  return parents.length === 0 ? line : `via ${parents.join(', ')} (${line})`;
}
