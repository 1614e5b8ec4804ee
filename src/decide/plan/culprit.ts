import type { PackageName } from '../../domain/package-name.ts';
import { lockedSets } from '../resolution/locked-set.ts';
import type { Rule } from '../resolution/rule.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Culprit } from './file-bounds.ts';
import type { Settled } from './make-plan.ts';

/**
 * The package whose version has to be bounded so that an installer's set keeps a rule as the plan does: the one that the rule
 * is about where the plan has it, else the nearest of those that bring it in of which the plan has another version. Null where
 * there is none.
 */
export async function culpritOf(settled: Settled, rule: Rule, unbounded: Solved): Promise<Culprit | null> {
  const { resolution } = settled.scan.examined;
  const { graph } = resolution;
  const planned = (name: PackageName, at: number): number | null =>
    resolution.selected(settled.solution, name, at);
  const locks = await lockedSets(graph, unbounded);
  for (const [at, lock] of locks.entries()) {
    const position = resolution.selected(unbounded, rule.name, at);
    if (position === null || !rule.avoid[at]!.has(position)) continue;
    const askers = new Map(lock.packages.map(({ name, requiredBy }) => [name, requiredBy]));
    const open = [rule.name];
    const seen = new Set(open);
    for (const name of open) {
      const there = planned(name, at);
      if (there !== null && there !== resolution.selected(unbounded, name, at)) return { name, target: at };
      if (there !== null) continue;
      for (const asker of askers.get(name) ?? []) {
        if (seen.has(asker)) continue;
        seen.add(asker);
        open.push(asker);
      }
    }
  }
  return null;
}
