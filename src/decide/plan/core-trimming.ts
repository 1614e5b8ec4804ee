import type { Solved } from '../solver/outcome.ts';
import { sameTerms } from '../solver/term.ts';
import type { Term } from '../solver/incompatibility.ts';
import type { Core } from './choice-core.ts';
import type { ChoiceSolver } from './choice-solver.ts';

/** A solution with the hard terms under which it was found. */
interface Example {
  readonly solution: Solved;
  readonly hard: readonly Term[];
}

/**
 * Leaves out of cores what they do not need. That a part of a core can be met is shown by any solution that meets it: those
 * which were found for parts of other cores are looked at before the solver is asked.
 */
export class CoreTrimming<C> {
  readonly #solver: ChoiceSolver<C>;
  readonly #examples: Example[] = [];

  constructor(solver: ChoiceSolver<C>) {
    this.#solver = solver;
  }

  /**
   * Later ids are left out first; where the bounds are reached the rest stays in. The choice that the core is the reason for is
   * needed in any case: all others stand together in the plan.
   */
  async trim(core: Core<C>, about: string): Promise<Core<C>> {
    let least = core;
    for (const id of [...core.floors.keys()].sort().reverse()) {
      if (id === about || !least.floors.has(id)) continue;
      const floors = new Map(least.floors);
      floors.delete(id);
      least = (await this.#coreIn(floors)) ?? least;
    }
    return least;
  }

  /** A core of these choices below their floors, nothing being assumed of all others; null where none is found. */
  async #coreIn(floors: ReadonlyMap<string, number>): Promise<Core<C> | null> {
    const below = this.#solver.choices.map(({ id, levels }) => (floors.get(id) ?? levels.length) - 1);
    if (this.#examples.some((example) => this.#meets(example, below))) return null;
    const answer = await this.#solver.ask(below);
    if (answer.kind === 'solved') this.#examples.push({ solution: answer, hard: this.#solver.hard });
    return answer.kind === 'core' ? answer.core : null;
  }

  #meets({ solution, hard }: Example, levels: readonly number[]): boolean {
    return (
      sameTerms(hard, this.#solver.hard) &&
      this.#solver.choices.every(
        ({ levels: all, levelIn }, i) =>
          levels[i] === all.length - 1 || (levelIn !== undefined && levelIn(solution) <= levels[i]!),
      )
    );
  }
}
