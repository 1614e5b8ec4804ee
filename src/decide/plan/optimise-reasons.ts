import type { Core } from './choice-core.ts';
import { ChoiceSolver } from './choice-solver.ts';
import { CoreTrimming } from './core-trimming.ts';
import type { PlanBounds, PlanningProblem } from './choice-solver.ts';
import type { Planned } from './optimise.ts';

/** Why a choice does not have what it wants. */
export interface Reason<C> {
  readonly choice: string;
  readonly level: number;
  /**
   * Why it is not one level lower, with all other choices as planned: no part of it can be left out. Null where the bounds
   * were reached first, or where the plan is not proven and one level lower is possible.
   */
  readonly notLower: Core<C> | null;
}

/**
 * A reason for every choice that is not at its best level and that `isTold` asks for, in the order of ids. All are asked for before any
 * is trimmed: questions that differ least follow one another.
 */
export async function reasons<C>(
  problem: PlanningProblem<C>,
  plan: Planned,
  bounds: PlanBounds = {},
  isTold: (choice: string) => boolean = () => true,
): Promise<readonly Reason<C>[]> {
  const solver = new ChoiceSolver(problem, bounds, 'by-id');
  const levels = solver.choices.map(({ id }) => plan.levels.get(id)!);
  const found: Reason<C>[] = [];
  for (const [i, choice] of solver.choices.entries()) {
    const level = levels[i]!;
    if (level === 0 || !isTold(choice.id)) continue;
    const answer = await solver.ask(levels.with(i, level - 1));
    found.push({ choice: choice.id, level, notLower: answer.kind === 'core' ? answer.core : null });
  }
  const trimming = new CoreTrimming(solver);
  const trimmed: Reason<C>[] = [];
  for (const reason of found) {
    const { notLower, choice } = reason;
    trimmed.push({ ...reason, notLower: notLower && (await trimming.trim(notLower, choice)) });
  }
  return trimmed;
}
