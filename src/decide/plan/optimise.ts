import type { Incompatibility, Term } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Core } from './choice-core.ts';
import { ChoiceSolver } from './choice-solver.ts';
import type { PlanBounds, PlanningProblem } from './choice-solver.ts';
import type { Choice } from './choice.ts';
import { compareCosts, inFirst, sumOf } from './cost.ts';
import type { Cost } from './cost.ts';
import type { Demand } from './hitting-set-bound.ts';
import { minimumHittingSet } from './hitting-set.ts';
import type { HittingSet } from './hitting-set.ts';

interface Bounded {
  /** What no plan can undercut, tier by tier. */
  readonly lowerBound: Cost;
  /** Names of the tiers, from the first on, whose optimum is proven. */
  readonly proven: readonly string[];
  /** How often the solver was called. */
  readonly solves: number;
}

/** A plan: the level at which each choice stands, and a solution under those levels. */
export interface Planned extends Bounded {
  readonly kind: 'optimal' | 'bounded';
  readonly levels: ReadonlyMap<string, number>;
  readonly solution: Solved;
  /** The sum over all choices. Equal to `lowerBound` when optimal. */
  readonly cost: Cost;
}

export type Optimum<C> =
  | Planned
  /** What is assumed hard forbids every plan, all choices given up; `hard` are those terms. */
  | {
      readonly kind: 'impossible';
      readonly derivation: Incompatibility<C>;
      readonly hard: readonly Term[];
      readonly solves: number;
    }
  /** The bounds were reached before any plan was found. */
  | ({ readonly kind: 'unfinished' } & Bounded);

/**
 * The cheapest levels at which all choices can stand together, tier by tier, with a solution: implicit hitting sets
 * (Davies and Bacchus, "Solving MAXSAT by solving a sequence of simpler SAT instances", 2011). The solver is asked under the cheapest levels that
 * hit every core so far; it finds a solution, which is then optimal, or one more core. Tiers are added one after the other:
 * while the first ones are worked on, what later ones would like is not assumed, so that a plan good in the tiers that
 * matter most is in hand early. Of plans of equal cost the one is taken whose levels, read in the order of the choices'
 * ids (code units), are lexicographically lowest. That depends on the problem alone, not on which cores were met or when.
 */
export async function optimise<C>(problem: PlanningProblem<C>, bounds: PlanBounds = {}): Promise<Optimum<C>> {
  return new Optimisation(problem, bounds).run();
}

interface Found {
  /** Under which the solution was found. */
  readonly assumed: readonly number[];
  readonly levels: readonly number[];
  readonly solution: Solved;
  readonly cost: Cost;
}

type Step<C> = 'on' | 'restart' | 'unfinished' | Core<C>;

class Optimisation<C> {
  readonly #solver: ChoiceSolver<C>;
  readonly #choices: readonly Choice[];
  /** Of each choice by its id. */
  readonly #positions: ReadonlyMap<string, number>;
  readonly #tierNames: readonly string[];
  #cores: readonly Core<C>[] = [];
  #found: Found | null = null;
  #provenTiers = 0;

  constructor(problem: PlanningProblem<C>, bounds: PlanBounds) {
    this.#solver = new ChoiceSolver(problem, bounds, 'dearest-first');
    this.#choices = this.#solver.choices;
    this.#positions = new Map(this.#choices.map(({ id }, i) => [id, i]));
    this.#tierNames = problem.tierNames;
  }

  async run(): Promise<Optimum<C>> {
    const count = this.#tierNames.length;
    let gap = false;
    for (let tiers = 0; tiers <= count; tiers++) {
      const set = await this.#solveTiers(tiers);
      if (set === 'restart') {
        [tiers, gap] = [-1, false];
        continue;
      }
      if (set === 'unfinished') return this.#result(false);
      if ('derivation' in set) {
        const { derivation, hard } = set;
        return { kind: 'impossible', derivation, hard, solves: this.#solver.solves };
      }
      gap ||= !set.proven;
      if (!gap) this.#provenTiers = tiers;
    }
    return this.#result(!gap);
  }

  /** Finds the optimum of the first tiers; the last round, with all of them, also breaks the ties. */
  async #solveTiers(tiers: number): Promise<HittingSet | 'restart' | 'unfinished' | Core<C>> {
    const ladders = this.#choices.map((choice) => levelsThatDiffer(choice, tiers));
    const costs = this.#costsOf(ladders, tiers);
    for (;;) {
      const live = this.#cores.filter((core) => this.#solver.stands(core));
      const restart = live.length < this.#cores.length;
      this.#cores = live;
      if (restart) return 'restart';
      const set = await this.#hittingSet(ladders, costs, tiers);
      const levels = set.rungs.map((rung, i) => ladders[i]![rung]!);
      if (this.#isReached(levels, set, tiers)) return set;
      const step = await this.#askUnder(levels);
      if (step !== 'on') return step;
    }
  }

  /**
   * Whether the plan in hand is already as good as any in these tiers. It can be better than a hitting set that is not
   * proven, never than one that is.
   */
  #isReached(levels: readonly number[], set: HittingSet, tiers: number): boolean {
    if (this.#found === null) return false;
    const above = compareCosts(this.#found.cost, set.cost, tiers);
    if (above < 0 && set.proven)
      throw new Error('a plan costs less than its lower bound: some core was wrong');
    if (above < 0 || tiers < this.#tierNames.length) return above <= 0;
    return this.#found.assumed.every((level, i) => level === levels[i]);
  }

  /** Solves under these levels; while there is a core, gives up the cheapest choice that it names and asks again. */
  async #askUnder(levels: readonly number[]): Promise<Step<C>> {
    const top = this.#solver.top;
    let asked = levels;
    for (;;) {
      const answer = await this.#solver.ask(asked);
      if (answer.kind === 'unfinished') return 'unfinished';
      if (answer.kind === 'solved') {
        this.#keep(asked, answer);
        return 'on';
      }
      const { core } = answer;
      if (core.floors.size === 0) return core;
      const named = this.#floorsOf(core);
      if (named.some(([i, floor]) => asked[i]! >= floor))
        throw new Error('the solver gave a core that speaks of levels it was not asked about');
      this.#cores = [...this.#cores, core];
      const cheapest = named
        .map(([i]) => i)
        .reduce((a, b) => (this.#solver.comparePrices(b, a) <= 0 ? b : a));
      asked = asked.with(cheapest, top[cheapest]!);
    }
  }

  #keep(assumed: readonly number[], solution: Solved): void {
    const levels = this.#choices.map(({ levelIn }, i) =>
      assumed[i] === 0 ? 0 : Math.min(assumed[i]!, levelIn?.(solution) ?? Infinity),
    );
    const cost = sumOf(
      this.#choices.map((choice, i) => choice.levels[levels[i]!]!.cost),
      this.#tierNames.length,
    );
    if (this.#found === null || compareCosts(cost, this.#found.cost) <= 0)
      this.#found = { assumed, levels, solution, cost };
  }

  #costsOf(ladders: readonly (readonly number[])[], tiers: number): readonly (readonly Cost[])[] {
    return this.#choices.map(({ levels }, i) =>
      ladders[i]!.map((level) => inFirst(tiers, levels[level]!.cost)),
    );
  }

  #hittingSet(
    ladders: readonly (readonly number[])[],
    costs: readonly (readonly Cost[])[],
    tiers: number,
  ): Promise<HittingSet> {
    const demands = this.#cores.flatMap((core) => this.#demandOf(core, ladders));
    return minimumHittingSet(costs, demands, tiers);
  }

  /** None where some choice cannot help but hit the core in these ladders. */
  #demandOf(core: Core<C>, ladders: readonly (readonly number[])[]): readonly Demand[] {
    const demand = this.#floorsOf(core).map(([choice, floor]) => ({
      choice,
      rung: ladders[choice]!.findIndex((level) => level >= floor),
    }));
    return demand.some(({ rung }) => rung === 0) ? [] : [demand];
  }

  /** The choices that a core names, in their order, each with its floor. */
  #floorsOf({ floors }: Core<C>): readonly (readonly [number, number])[] {
    const named = Array.from(floors, ([id, floor]) => [this.#positions.get(id)!, floor] as const);
    return named.sort(([a], [b]) => a - b);
  }

  async #result(optimal: boolean): Promise<Optimum<C>> {
    const all = this.#choices.map((choice) => choice.levels.map((_, level) => level));
    const tiers = this.#tierNames.length;
    const bounded = {
      lowerBound: (await this.#hittingSet(all, this.#costsOf(all, tiers), tiers)).lowerBound,
      proven: this.#tierNames.slice(0, this.#provenTiers),
      solves: this.#solver.solves,
    };
    if (this.#found === null) return { kind: 'unfinished', ...bounded };
    const { solution, cost } = this.#found;
    const levels = new Map(this.#choices.map(({ id }, i) => [id, this.#found!.levels[i]!]));
    return { kind: optimal ? 'optimal' : 'bounded', levels, solution, cost, ...bounded };
  }
}

/** The levels between which the first tiers tell a difference, each the one that assumes least among its equals. */
function levelsThatDiffer({ levels }: Choice, tiers: number): readonly number[] {
  const all = levels.map((_, level) => level);
  if (tiers === levels[0]!.cost.length) return all;
  return all.filter((level) => {
    const next = levels[level + 1];
    return next === undefined || compareCosts(levels[level]!.cost, next.cost, tiers) !== 0;
  });
}
