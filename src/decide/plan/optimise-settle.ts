import { VersionSet } from '../../domain/version-set.ts';
import type { PackageId, Term } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import { ChoiceSolver } from './choice-solver.ts';
import type { PlanBounds, PlanningProblem } from './choice-solver.ts';
import type { Planned } from './optimise.ts';

/** Which versions of a package are wanted most. Not being selected at all counts as good as the best of them. */
export interface Preference {
  readonly package: PackageId;
  readonly versionCount: number;
  /** Positions, best first; those that are missing are equally bad. */
  readonly best: readonly number[];
}

export interface Settled {
  readonly solution: Solved;
  /** False where the bounds were reached before the last package: the solution is a plan of equal cost all the same. */
  readonly proven: boolean;
  readonly solves: number;
}

/**
 * The last tier: within the levels of a plan, gives each package in turn the best version that is still possible and
 * holds on to it, by a binary search over its versions. The result is the lexicographic optimum of that order. Where a package has its best version already
 * nothing is solved.
 */
export async function settle<C>(
  problem: PlanningProblem<C>,
  plan: Planned,
  order: readonly Preference[],
  bounds: PlanBounds = {},
): Promise<Settled> {
  const solver = new ChoiceSolver(problem, bounds, 'dearest-first');
  const levels = solver.choices.map(({ id }) => plan.levels.get(id)!);
  const held: Term[] = [];
  let solution = plan.solution;
  for (const wanted of order) {
    // What is possible at a rank is possible at every higher one.
    let [impossible, possible] = [-1, rankIn(solution, wanted)];
    while (possible - impossible > 1) {
      const middle = (impossible + possible) >> 1;
      const answer = await solver.ask(levels, [...held, atMost(wanted, middle)]);
      if (answer.kind === 'unfinished') return { solution, proven: false, solves: solver.solves };
      if (answer.kind === 'core') impossible = middle;
      else [solution, possible] = [answer, rankIn(answer, wanted)];
    }
    held.push(atMost(wanted, possible));
  }
  return { solution, proven: true, solves: solver.solves };
}

function rankIn(solution: Solved, wanted: Preference): number {
  const version = solution.versions.get(wanted.package);
  if (version === undefined) return 0;
  const rank = wanted.best.indexOf(version);
  return rank === -1 ? wanted.best.length : rank;
}

function atMost({ package: id, versionCount, best }: Preference, rank: number): Term {
  const states = versionCount + 1;
  if (rank >= best.length) return { package: id, states: VersionSet.all(states) };
  return { package: id, states: VersionSet.of(states, versionCount, ...best.slice(0, rank + 1)) };
}
