import { cheaper, isNothing, minus, noCost, plus } from './cost.ts';
import type { Cost } from './cost.ts';

/** One choice raised to one rung. */
export interface Option {
  readonly choice: number;
  readonly rung: number;
}

/** Of these options at least one must be taken. */
export type Demand = readonly Option[];

/** Choices as ladders: `steps[c][k]` is what choice c pays from rung k to rung k + 1, never less than nothing. */
export interface Ladders {
  readonly steps: readonly (readonly Cost[])[];
  readonly tiers: number;
}

export interface Bound {
  readonly total: Cost;
  /** What is left of each step after every demand has taken its share. */
  readonly residual: readonly (readonly Cost[])[];
}

/** What raising a choice from one rung to another costs. */
export function price(steps: readonly Cost[], from: number, to: number, tiers: number): Cost {
  let sum = noCost(tiers);
  for (let k = from; k < to; k++) sum = plus(sum, steps[k]!);
  return sum;
}

/** What standing at these rungs costs. */
export function costOf({ steps, tiers }: Ladders, at: readonly number[]): Cost {
  return at.reduce((sum, rung, choice) => plus(sum, price(steps[choice]!, 0, rung, tiers)), noCost(tiers));
}

/**
 * What meeting all open demands costs at least, by dual ascent: each demand in turn takes the price of its cheapest
 * option out of *every* option that it has, so no step is ever charged twice and the shares add up. What a choice
 * still costs on top (`residual`) is paid by every plan that raises it: total + residual bounds those plans.
 * The steps nearest to the rung asked for are charged first, which spares those that other demands share.
 */
export function boundBelow(ladders: Ladders, at: readonly number[], demands: readonly Demand[]): Bound {
  const residual = ladders.steps.map((steps) => [...steps]);
  let total = noCost(ladders.tiers);
  for (const demand of demands) {
    const share = demand
      .map(({ choice, rung }) => price(residual[choice]!, at[choice]!, rung, ladders.tiers))
      .reduce(cheaper);
    if (isNothing(share)) continue;
    total = plus(total, share);
    for (const { choice, rung } of demand) charge(residual[choice]!, at[choice]!, rung, share);
  }
  return { total, residual };
}

function charge(steps: Cost[], from: number, to: number, share: Cost): void {
  let left = share;
  for (let k = to - 1; k >= from && !isNothing(left); k--) {
    const taken = cheaper(steps[k]!, left);
    steps[k] = minus(steps[k]!, taken);
    left = minus(left, taken);
  }
}
