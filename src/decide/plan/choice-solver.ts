import type { Term } from '../solver/incompatibility.ts';
import type { Outcome, Solved } from '../solver/outcome.ts';
import type { Bounds } from '../solver/solver.ts';
import { sameTerms } from '../solver/term.ts';
import { CoreReader } from './choice-core.ts';
import type { Core } from './choice-core.ts';
import { implies, inOrder } from './choice.ts';
import type { Choice } from './choice.ts';
import { compareCosts } from './cost.ts';
import type { Cost } from './cost.ts';

/** What the planner needs of a solver: `Solver`, or something that wraps one. */
export interface Solving<C> {
  solve(assumptions: readonly Term[], bounds?: Bounds): Promise<Outcome<C>>;
}

/** A question to the optimiser, in the solver's terms alone. */
export interface PlanningProblem<C> {
  readonly solver: Solving<C>;
  /**
   * What every solve assumes and no choice gives up, as it stands now. It may change while a solve goes on (a package
   * is met whose pre-releases need permission, a new permission is read); then the solve is done again, and cores
   * that rest on a term which no longer follows from it are void.
   */
  readonly hard: () => readonly Term[];
  readonly choices: readonly Choice[];
  /** Most important first; each cost has one entry for each. */
  readonly tierNames: readonly string[];
}

/** `maxSolves` counts calls of the solver, a measure equal on every machine; the rest bounds each of those calls. */
export interface PlanBounds extends Bounds {
  readonly maxSolves?: number;
}

export type Answer<C> =
  Solved | { readonly kind: 'core'; readonly core: Core<C> } | { readonly kind: 'unfinished' };

/** Asks the solver whether all choices can stand at given levels together; levels are in the order of `choices`. */
export class ChoiceSolver<C> {
  /** By id. */
  readonly choices: readonly Choice[];
  readonly #problem: PlanningProblem<C>;
  readonly #reader: CoreReader<C>;
  readonly #bounds: PlanBounds;
  /** Positions of the choices, in the order in which what they want is assumed. */
  readonly #order: readonly number[];
  #solves = 0;

  /** @param order where there are several cores, that one is found which is complete first in it */
  constructor(problem: PlanningProblem<C>, bounds: PlanBounds, order: 'by-id' | 'dearest-first') {
    this.choices = inOrder(problem.choices, problem.tierNames.length);
    const byId = [...this.choices.keys()];
    this.#order = order === 'by-id' ? byId : byId.sort((a, b) => this.comparePrices(b, a));
    this.#problem = problem;
    this.#reader = new CoreReader(this.choices);
    this.#bounds = bounds;
  }

  get solves(): number {
    return this.#solves;
  }

  /** What every question assumes, as it stands now. */
  get hard(): readonly Term[] {
    return this.#problem.hard();
  }

  /** Every choice at its last level: nothing but the hard terms is assumed. */
  get top(): readonly number[] {
    return this.choices.map((choice) => choice.levels.length - 1);
  }

  /** Compares what it costs to give up the best level of two choices, by their positions. */
  comparePrices(a: number, b: number): number {
    const price = (i: number): Cost => (this.choices[i]!.levels[1] ?? this.choices[i]!.levels[0])!.cost;
    return compareCosts(price(a), price(b));
  }

  /** @param more terms to assume besides, for this question only */
  async ask(levels: readonly number[], more: readonly Term[] = []): Promise<Answer<C>> {
    const selectors: Term[] = [];
    for (const i of this.#order) selectors.push(...this.choices[i]!.levels[levels[i]!]!.selectors);
    for (;;) {
      if (this.#spent()) return { kind: 'unfinished' };
      const hard = this.#problem.hard();
      this.#solves++;
      const outcome = await this.#problem.solver.solve([...hard, ...selectors, ...more], this.#bounds);
      if (outcome.kind === 'unfinished') return outcome;
      if (outcome.kind === 'solved') {
        if (sameTerms(hard, this.#problem.hard())) return outcome;
        continue;
      }
      const core = this.#reader.read(outcome);
      if (this.stands(core, more)) return { kind: 'core', core };
    }
  }

  /** Whether all that a core rests on besides its choices still counts. */
  stands(core: Core<C>, more: readonly Term[] = []): boolean {
    const now = [...this.#problem.hard(), ...more];
    return core.hard.every((term) => now.some((given) => implies(given, term)));
  }

  #spent(): boolean {
    const { maxSolves = Infinity, signal } = this.#bounds;
    return this.#solves >= maxSolves || signal?.aborted === true;
  }
}
