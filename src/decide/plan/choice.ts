import type { Term } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import { compareCosts } from './cost.ts';
import type { Cost } from './cost.ts';

/** One way in which a choice can be settled: what is then assumed of the solver's packages, and what it costs. */
export interface Level {
  readonly selectors: readonly Term[];
  readonly cost: Cost;
}

/**
 * Something that a plan would rather have than not: an advisory fixed, a line left alone, a package kept. Level 0 is
 * the best and cheapest, each further level costs at least as much and assumes less (everything that it assumes
 * follows from the level before), and the last assumes nothing. A selector's package belongs to one choice alone.
 */
export interface Choice {
  /** Ties between plans of equal cost are broken by it. */
  readonly id: string;
  readonly levels: readonly Level[];
  /**
   * The lowest level that a solution satisfies in fact, where the caller can tell. Without it a solution counts at
   * the level that was assumed when it was found, which may be dearer than what it really does.
   */
  readonly levelIn?: (solution: Solved) => number;
}

/** Whether `term` follows from `given` alone. */
export function implies(given: Term, term: Term): boolean {
  return given.package === term.package && given.states.isSubsetOf(term.states);
}

/** The choices by their ids in code unit order. Throws where one breaks the contract of `Choice`: a bug of the caller. */
export function inOrder(choices: readonly Choice[], tiers: number): readonly Choice[] {
  const owners = new Map<number, string>();
  for (const choice of choices) {
    checkLevels(choice, tiers);
    for (const { package: id } of choice.levels[0]!.selectors) {
      const owner = owners.get(id);
      if (owner !== undefined && owner !== choice.id)
        throw new Error(`selector package ${id} belongs to both ${owner} and ${choice.id}`);
      owners.set(id, choice.id);
    }
  }
  const sorted = [...choices].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const twice = sorted.find((choice, i) => i > 0 && sorted[i - 1]!.id === choice.id);
  if (twice !== undefined) throw new Error(`two choices are called ${twice.id}`);
  return sorted;
}

function checkLevels(choice: Choice, tiers: number): void {
  const { id, levels } = choice;
  if (levels.at(-1)?.selectors.length !== 0) throw new Error(`the last level of ${id} assumes something`);
  for (const [i, level] of levels.entries()) {
    if (level.cost.length !== tiers || !level.cost.every(Number.isSafeInteger))
      throw new Error(`level ${i} of ${id} has not one whole number for each of ${tiers} tiers`);
    const before = levels[i - 1];
    if (before === undefined) continue;
    if (compareCosts(before.cost, level.cost) > 0)
      throw new Error(`level ${i} of ${id} costs less than the one before`);
    if (!level.selectors.every((selector) => before.selectors.some((given) => implies(given, selector))))
      throw new Error(`level ${i} of ${id} assumes what the one before does not`);
  }
}
