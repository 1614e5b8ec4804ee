import type { Term } from './incompatibility.ts';
import type { Unsolvable } from './outcome.ts';
import type { Solver } from './solver.ts';

/** A core with the derivation that belongs to it. */
export interface TrimmedCore<C> {
  readonly unsolvable: Unsolvable<C>;
  /** No assumption of it can be spared: each was tried. */
  readonly minimal: boolean;
  readonly solves: number;
}

/**
 * Leaves out of a core one assumption after the other, last first, as long as the rest is unsolvable still
 * ("deletion-based" minimisation). Assumptions are tried from the end of `assumptions`, so put first what is wanted in the
 * core most. At most `maxSolves` questions are put to the solver.
 */
export async function trimCore<C>(
  solver: Pick<Solver<C>, 'solve'>,
  assumptions: readonly Term[],
  core: Unsolvable<C>,
  bounds: { readonly maxSolves: number; readonly maxDecisions?: number; readonly signal?: AbortSignal },
): Promise<TrimmedCore<C>> {
  const { maxSolves, ...each } = bounds;
  let best = core;
  let solves = 0;
  let minimal = true;
  for (const candidate of assumptions.toReversed()) {
    if (!best.core.some((term) => same(term, candidate))) continue;
    if (solves >= maxSolves) return { unsolvable: best, minimal: false, solves };
    solves++;
    const without = best.core.filter((term) => !same(term, candidate));
    const outcome = await solver.solve(without, each);
    if (outcome.kind === 'unsolvable') best = outcome;
    if (outcome.kind === 'unfinished') minimal = false;
  }
  return { unsolvable: best, minimal, solves };
}

function same(a: Term, b: Term): boolean {
  return a.package === b.package && a.states.equals(b.states);
}
