import type { Unsolvable } from './outcome.ts';
import type { Solver } from './solver.ts';

/**
 * A check for debug builds and tests: a solver that has learned nothing must find no solution under the core's assumptions
 * alone. Throws where it finds one, for then a learned incompatibility was wrong.
 */
export async function checkCore<C>(solver: Solver<C>, { core }: Unsolvable<C>): Promise<void> {
  const outcome = await solver.fresh().solve(core);
  if (outcome.kind === 'unsolvable') return;
  const packages = core.map((term) => term.package).join(', ');
  throw new Error(`the assumptions about packages ${packages} are called a core, but they can be met`);
}
