import { minus, noCost, plus, sumOf } from './cost.ts';
import type { Cost } from './cost.ts';
import { costOf } from './hitting-set-bound.ts';
import type { Demand, Ladders } from './hitting-set-bound.ts';
import { hittingSetByMilp } from './hitting-set-milp.ts';
import { HittingSetSearch } from './hitting-set-search.ts';
import type { Answer } from './hitting-set-search.ts';

/** What branch and bound may spend on one connected part before a mixed-integer program takes over: well under a second. */
const MAX_NODES = 3_000;

export interface HittingSet {
  /** The rung of each choice. */
  readonly rungs: readonly number[];
  readonly cost: Cost;
  /** Equal to `cost` when proven. */
  readonly lowerBound: Cost;
  readonly proven: boolean;
}

/**
 * The cheapest rungs that meet every demand ("one of these choices at this rung or above"). Costs are compared tier by
 * tier; among answers of equal cost the one whose rungs, read in the order of the choices, are lexicographically
 * lowest is taken: the choice that comes first gets what it wants. So the answer is a function of the problem. Only in
 * a part too hard for branch and bound are ties left to the mixed-integer solver; it repeats itself exactly too.
 * @param costs the cost of every rung of each choice, never falling
 */
export async function minimumHittingSet(
  costs: readonly (readonly Cost[])[],
  demands: readonly Demand[],
  tiers: number,
  maxNodes: number = MAX_NODES,
): Promise<HittingSet> {
  const rungs = costs.map(() => 0);
  let cost = sumOf(
    costs.map((ladder) => ladder[0]!),
    tiers,
  );
  let lowerBound = cost;
  let proven = true;
  for (const part of connectedParts(demands)) {
    const answer = await solvePart(costs, part, tiers, maxNodes);
    for (const [i, choice] of part.choices.entries()) rungs[choice] = answer.at[i]!;
    cost = plus(cost, answer.cost.slice(0, tiers));
    lowerBound = plus(lowerBound, answer.lowerBound.slice(0, tiers));
    proven &&= answer.proven;
  }
  return { rungs, cost, lowerBound, proven };
}

interface Part {
  /** Ascending. */
  readonly choices: readonly number[];
  readonly demands: readonly Demand[];
}

async function solvePart(
  costs: readonly (readonly Cost[])[],
  part: Part,
  tiers: number,
  maxNodes: number,
): Promise<Answer> {
  const ladders = laddersOf(costs, part.choices, tiers);
  const position = new Map(part.choices.map((choice, i) => [choice, i]));
  const demands = part.demands.map((demand) =>
    demand.map(({ choice, rung }) => ({ choice: position.get(choice)!, rung })),
  );
  const answer = new HittingSetSearch(ladders, demands, maxNodes).run();
  if (answer.proven) return answer;
  const { at, proven } = await hittingSetByMilp(ladders, demands, tiers, answer.at);
  const cost = costOf(ladders, at);
  return { at, cost, proven, lowerBound: proven ? cost : answer.lowerBound };
}

/** The steps of a part's choices, with one more tier for each choice that breaks the ties. */
function laddersOf(costs: readonly (readonly Cost[])[], choices: readonly number[], tiers: number): Ladders {
  const names = choices.length;
  const steps = choices.map((choice, i) => {
    const ladder = costs[choice]!;
    const name = noCost(names).with(i, 1);
    return ladder.slice(1).map((cost, k) => [...minus(cost, ladder[k]!), ...name]);
  });
  return { steps, tiers: tiers + names };
}

/** Demands that share no choice, directly or by way of others, are solved apart. */
function connectedParts(demands: readonly Demand[]): readonly Part[] {
  const parent = new Map<number, number>();
  const root = (choice: number): number => {
    const above = parent.get(choice) ?? choice;
    if (above === choice) return choice;
    const top = root(above);
    parent.set(choice, top);
    return top;
  };
  for (const demand of demands)
    for (const { choice } of demand) parent.set(root(choice), root(demand[0]!.choice));
  const parts = new Map<number, { choices: number[]; demands: Demand[] }>();
  for (const choice of [...parent.keys()].sort((a, b) => a - b)) {
    const part = parts.get(root(choice)) ?? { choices: [], demands: [] };
    part.choices.push(choice);
    parts.set(root(choice), part);
  }
  for (const demand of demands) parts.get(root(demand[0]!.choice))!.demands.push(demand);
  return [...parts.values()];
}
