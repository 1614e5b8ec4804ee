import { VersionSet } from '../../domain/version-set.ts';
import { Assumptions } from './assumptions.ts';
import { Budget } from './bounds.ts';
import type { Bounds } from './bounds.ts';
import { Choice } from './choose.ts';
import type { Clause } from './clause.ts';
import { Conflict } from './conflict.ts';
import type { External, Incompatibility, PackageId, Term } from './incompatibility.ts';
import { Known } from './known.ts';
import type { Outcome, Solved, Unfinished, Unsolvable } from './outcome.ts';
import { PartialSolution } from './partial-solution.ts';
import { Propagation } from './propagation.ts';
import { isSame, notSelected } from './term.ts';
import type { Universe } from './universe.ts';

export type { Bounds } from './bounds.ts';

/** What one step of the search came to. */
type Step<C> =
  'decided' | Solved | Unfinished | Clause<C> | { readonly ask: PackageId; readonly version: number };

/**
 * PubGrub (Weizenbaum, 2018) under assumptions (Eén and Sörensson, "An Extensible SAT-solver", 2003). What was learned
 * in one `solve` is kept for the next: it never rests on the assumptions, for these stay in it as terms.
 */
export class Solver<C> {
  readonly #universe: Universe<C>;
  readonly #rules: External<C>[] = [];
  readonly #known: Known<C>;
  readonly #partial = new PartialSolution<C>();
  readonly #propagation = new Propagation<C>(this.#partial);
  readonly #choice = new Choice();
  readonly #learned: Incompatibility<C>[] = [];
  #solving = false;
  /** What the first levels of the partial solution assume; null where the next question has to begin anew. */
  #assumed: readonly Term[] | null = null;

  constructor(universe: Universe<C>) {
    this.#universe = universe;
    this.#known = new Known(universe);
  }

  /** What was learned so far, oldest first. Each follows from what the universe and the rules say alone. */
  get learned(): readonly Incompatibility<C>[] {
    return this.#learned;
  }

  /** Adds a rule known beforehand, in force for every later `solve`. Adding it again does nothing. */
  add(rule: External<C>): void {
    this.#mustBeIdle();
    if (!this.#known.isNew(rule)) return;
    this.#rules.push(rule);
    this.#beginAnew();
    this.#attach(rule);
  }

  /** A solver with the same universe and rules that has learned nothing. */
  fresh(): Solver<C> {
    const solver = new Solver(this.#universe);
    for (const rule of this.#rules) solver.add(rule);
    return solver;
  }

  /**
   * Looks for a version of every package that must be selected. Assumptions (the root, selectors) are taken first, in the
   * order given; the universe is asked for the dependencies of an assumed version as of any other. One solve at a time.
   * What follows from assumptions with which the last question began too is kept and not derived again.
   * Rejects with what the universe rejects with; the solver stays usable.
   */
  async solve(assumptions: readonly Term[], bounds: Bounds = {}): Promise<Outcome<C>> {
    this.#mustBeIdle();
    const assumed = new Assumptions(assumptions);
    this.#solving = true;
    const conflict = this.#goBackTo(assumed.terms);
    try {
      const outcome = await this.#search(assumed, new Budget(bounds), conflict);
      if (outcome.kind === 'solved') this.#assumed = assumed.terms;
      return outcome;
    } finally {
      this.#solving = false;
    }
  }

  /** Takes back all but what the last question assumed first and this one does too. */
  #goBackTo(terms: readonly Term[]): Clause<C> | null {
    const before = this.#assumed;
    this.#assumed = null;
    if (before === null) return this.#propagation.restart();
    const differs = terms.findIndex((term, at) => before[at] === undefined || !isSame(before[at], term));
    const alike = differs === -1 ? terms.length : differs;
    return this.#propagation.backtrack(Math.min(alike, this.#partial.level));
  }

  #beginAnew(): void {
    if (this.#assumed !== null) this.#propagation.restart();
    this.#assumed = null;
  }

  async #search(assumed: Assumptions, budget: Budget, first: Clause<C> | null): Promise<Outcome<C>> {
    let conflict = first;
    for (;;) {
      conflict ??= this.#propagation.propagate();
      if (conflict !== null) {
        const learned = this.#learn(conflict, assumed);
        if (learned !== null && 'kind' in learned) return learned;
        conflict = learned;
        continue;
      }
      if (budget.aborted) return { kind: 'unfinished' };
      const turn = budget.step();
      if (turn !== null) await turn;
      const step = this.#step(assumed, budget);
      if (step === 'decided') continue;
      if ('kind' in step) return step;
      if ('terms' in step) conflict = step;
      else {
        const answer = this.#known.ask(step.ask, step.version);
        const external = answer instanceof Promise ? await budget.wait(answer) : answer;
        if (external !== null) conflict = this.#take(step.ask, step.version, external, assumed);
      }
    }
  }

  /** With nothing left to propagate: the next assumption, a question to the universe, a decision, or the end. */
  #step(assumed: Assumptions, budget: Budget): Step<C> {
    const assumption = assumed.terms[this.#partial.level];
    if (assumption !== undefined) return this.#assume(assumption);
    const settled = this.#settledButUnknown();
    if (settled !== null) return settled;
    const id = this.#choice.next(this.#partial);
    if (id === null) return this.#finish(budget);
    const possible = this.#partial.states(id)!;
    const version = this.#universe.prefer(id, possible.resized(possible.size - 1));
    if (!possible.has(version)) throw new Error(`version ${version} of package ${id} is not possible here`);
    // Known before it is decided: where one of its dependencies conflicts at once, propagation excludes the version.
    if (!this.#known.has(id, version)) return { ask: id, version };
    if (budget.exhausted) return { kind: 'unfinished' };
    budget.decisions++;
    this.#partial.decide(id, VersionSet.of(possible.size, version));
    return 'decided';
  }

  #assume(assumption: Term): Step<C> {
    const made = this.#partial.assume(assumption);
    return made.states.isEmpty ? this.#partial.contradiction(made).cause : 'decided';
  }

  /** A selected package that has one version left, without a decision, and whose dependencies are not known yet. */
  #settledButUnknown(): { readonly ask: PackageId; readonly version: number } | null {
    for (let id = this.#partial.nextSettled; id !== null; id = this.#partial.nextSettled) {
      const version = this.#partial.states(id)!.first;
      if (!this.#known.has(id, version)) return { ask: id, version };
      this.#partial.passSettled();
    }
    return null;
  }

  /** Nothing is left to decide but what may be left out. */
  #finish(budget: Budget): Step<C> {
    const out = this.#choice.leaveOut(this.#partial);
    if (out !== null) {
      this.#partial.decide(out.package, out.states);
      return 'decided';
    }
    const versions = new Map<PackageId, number>();
    for (const id of this.#partial.selected) versions.set(id, this.#partial.states(id)!.first);
    return { kind: 'solved', versions, decisions: budget.decisions };
  }

  #take(
    id: PackageId,
    version: number,
    answer: readonly External<C>[],
    assumed: Assumptions,
  ): Clause<C> | null {
    const count = notSelected(this.#partial.states(id)!);
    let conflict: Clause<C> | null = null;
    for (const external of this.#known.learn(id, version, count, answer)) {
      const attached = this.#attach(external);
      conflict ??= attached;
    }
    if (conflict === null && this.#partial.states(id)!.has(version)) return null;
    if (this.#partial.level <= assumed.terms.length) return conflict;
    // Of what a decision left but one version, the decision is the one to come earlier.
    if (conflict !== null) this.#choice.blame(this.#partial.lastDecided);
    return this.#choice.refused(id) ? this.#propagation.backtrack(assumed.terms.length) : conflict;
  }

  #attach(external: External<C>): Clause<C> | null {
    this.#choice.heed(external);
    return this.#propagation.attach(external);
  }

  /**
   * Learns from a conflict and takes back what led to it. Returns the next conflict where one is left after that, or
   * the end where the assumptions themselves led to it.
   */
  #learn(clause: Clause<C>, assumed: Assumptions): Unsolvable<C> | Clause<C> | null {
    const conflict = new Conflict(clause, this.#partial);
    const level = conflict.resolve(assumed.terms.length, (id) => this.#choice.blame(id));
    const terms = level === null ? conflict.resolveToAssumptions() : [];
    const { incompatibility } = conflict;
    const back = level ?? this.#partial.levelOf(incompatibility.terms) - 1;
    const left = back < 0 ? this.#propagation.restart() : this.#propagation.backtrack(back);
    let next: Clause<C> | null = null;
    if (incompatibility !== clause.incompatibility) {
      this.#learned.push(incompatibility);
      next = this.#propagation.attach(incompatibility);
    }
    if (level !== null) return left ?? next;
    // Another conflict that lies below would be forgotten: then the next question begins anew.
    this.#assumed = back < 0 || left !== null || next !== null ? null : assumed.terms;
    return { kind: 'unsolvable', core: assumed.behind(terms), derivation: incompatibility };
  }

  #mustBeIdle(): void {
    if (this.#solving) throw new Error('the solver is solving: one question at a time');
  }
}
