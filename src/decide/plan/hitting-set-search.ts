import { compareCosts, noCost, plus } from './cost.ts';
import type { Cost } from './cost.ts';
import { boundBelow, costOf, price } from './hitting-set-bound.ts';
import type { Bound, Demand, Ladders, Option } from './hitting-set-bound.ts';

interface Rungs {
  /** The rung of each choice. */
  readonly at: readonly number[];
  readonly cost: Cost;
}

export interface Answer extends Rungs {
  /** Equal to the cost when `proven`; else the node limit came first. */
  readonly lowerBound: Cost;
  readonly proven: boolean;
}

/**
 * Branch and bound for the cheapest rungs that meet every demand. Two different answers never cost the same here (the
 * last tiers of the ladders tell choices apart by name), so the answer does not depend on the order of search.
 */
export class HittingSetSearch {
  readonly #ladders: Ladders;
  readonly #demands: readonly Demand[];
  readonly #maxNodes: number;
  #best: Rungs;
  #nodes = 0;

  constructor(ladders: Ladders, demands: readonly Demand[], maxNodes: number) {
    this.#ladders = ladders;
    this.#demands = [...demands].sort((a, b) => a.length - b.length);
    this.#maxNodes = maxNodes;
    this.#best = this.#firstAnswer();
  }

  run(): Answer {
    const bottom = this.#ladders.steps.map(() => 0);
    const root = boundBelow(this.#ladders, bottom, this.#demands).total;
    this.#descend({ at: bottom, cost: noCost(this.#ladders.tiers) }, this.#tops());
    const proven = this.#nodes < this.#maxNodes;
    return { ...this.#best, proven, lowerBound: proven ? this.#best.cost : root };
  }

  #descend(here: Rungs, caps: readonly number[]): void {
    if (this.#nodes >= this.#maxNodes) return;
    this.#nodes++;
    const open = openDemands(this.#demands, here.at, caps);
    if (open.length === 0) {
      if (compareCosts(here.cost, this.#best.cost) < 0) this.#best = here;
      return;
    }
    if (open.some((demand) => demand.length === 0)) return;
    const bound = boundBelow(this.#ladders, here.at, open);
    if (compareCosts(plus(here.cost, bound.total), this.#best.cost) >= 0) return;
    const affordable = this.#affordable(here, caps, bound);
    const left = openDemands(this.#demands, here.at, affordable);
    const next = left.reduce((a, b) => (b.length < a.length ? b : a));
    this.#branch(here, affordable, next, bound);
  }

  /** Takes each option of the demand in turn; a later branch may no longer use the options before it. */
  #branch(here: Rungs, caps: readonly number[], demand: Demand, bound: Bound): void {
    const { tiers } = this.#ladders;
    const left = (o: Option): Cost => price(bound.residual[o.choice]!, here.at[o.choice]!, o.rung, tiers);
    const cheapestFirst = [...demand].sort((a, b) => compareCosts(left(a), left(b)) || a.choice - b.choice);
    const narrowed = [...caps];
    for (const option of cheapestFirst) {
      this.#descend(this.#raised(here, option), [...narrowed]);
      narrowed[option.choice] = option.rung - 1;
    }
  }

  /** The highest rung of each choice that can still be part of a better answer. */
  #affordable(here: Rungs, caps: readonly number[], bound: Bound): readonly number[] {
    const atLeast = plus(here.cost, bound.total);
    return caps.map((cap, choice) => {
      let rung = here.at[choice]!;
      let cost = atLeast;
      for (; rung < cap; rung++) {
        cost = plus(cost, bound.residual[choice]![rung]!);
        if (compareCosts(cost, this.#best.cost) >= 0) break;
      }
      return rung;
    });
  }

  /** A good answer at once: per demand the option that dual ascent left cheapest, then all that is not needed let down again. */
  #firstAnswer(): Rungs {
    const { steps, tiers } = this.#ladders;
    const at = steps.map(() => 0);
    const { residual } = boundBelow(this.#ladders, at, this.#demands);
    const left = (o: Option): Cost => price(residual[o.choice]!, 0, o.rung, tiers);
    const raised: number[] = [];
    for (const demand of this.#demands) {
      if (demand.some(({ choice, rung }) => at[choice]! >= rung)) continue;
      const option = demand.reduce((a, b) => (compareCosts(left(b), left(a)) < 0 ? b : a));
      at[option.choice] = option.rung;
      raised.push(option.choice);
    }
    for (const choice of raised.reverse()) at[choice] = this.#lowest(choice, at);
    return { at, cost: costOf(this.#ladders, at) };
  }

  /** The lowest rung of one choice with which all demands stay met, the others as they are. */
  #lowest(choice: number, at: readonly number[]): number {
    let needed = 0;
    for (const demand of this.#demands) {
      if (demand.some((o) => o.choice !== choice && at[o.choice]! >= o.rung)) continue;
      needed = Math.max(needed, demand.find((o) => o.choice === choice)?.rung ?? 0);
    }
    return needed;
  }

  #raised(here: Rungs, { choice, rung }: Option): Rungs {
    const { steps, tiers } = this.#ladders;
    const at = here.at.with(choice, rung);
    return { at, cost: plus(here.cost, price(steps[choice]!, here.at[choice]!, rung, tiers)) };
  }

  #tops(): readonly number[] {
    return this.#ladders.steps.map((steps) => steps.length);
  }
}

/** Demands that are not met yet, each with the options that its caps leave. */
function openDemands(
  demands: readonly Demand[],
  at: readonly number[],
  caps: readonly number[],
): readonly Demand[] {
  return demands
    .filter((demand) => !demand.some(({ choice, rung }) => at[choice]! >= rung))
    .map((demand) => demand.filter(({ choice, rung }) => rung <= caps[choice]!));
}
