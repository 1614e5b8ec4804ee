import type { VersionSet } from '../../domain/version-set.ts';
import type { Assignment, Assumption, Derivation } from './assignment.ts';
import type { Clause } from './clause.ts';
import type { PackageId, Term } from './incompatibility.ts';
import { notSelected } from './term.ts';

/**
 * What is taken to hold so far, in the order in which it was: assumptions, decisions, and what propagation derived from
 * them. A package of which nothing is known may be in any state.
 */
export class PartialSolution<C> {
  readonly #trail: Assignment<C>[] = [];
  /** Where each level after level 0 begins in the trail. */
  readonly #starts: number[] = [];
  /** For each package its own assignments, oldest first; their `states` only shrink. */
  readonly #histories: Assignment<C>[][] = [];
  readonly #states: (VersionSet | undefined)[] = [];
  /** Packages that must be selected, in the order in which that became known. */
  readonly #selected: PackageId[] = [];

  get level(): number {
    return this.#starts.length;
  }

  get length(): number {
    return this.#trail.length;
  }

  /** Packages that can no longer be left out, whether their version is settled or not. */
  get selected(): readonly PackageId[] {
    return this.#selected;
  }

  at(index: number): Assignment<C> {
    return this.#trail[index]!;
  }

  isLatest(assignment: Assignment<C>): boolean {
    return this.#states[assignment.package] === assignment.states;
  }

  /** The states still possible, or undefined where nothing has been said of the package. */
  states(id: PackageId): VersionSet | undefined {
    return this.#states[id];
  }

  /** The term holds, whatever is decided further. */
  satisfies(term: Term): boolean {
    const states = this.#states[term.package];
    return states !== undefined && states.isSubsetOf(term.states);
  }

  /** The term can no longer hold. */
  contradicts(term: Term): boolean {
    const states = this.#states[term.package];
    return states !== undefined && !states.intersects(term.states);
  }

  /** Begins a level with an assumption. It may contradict what is known already: then no state is left. */
  assume(term: Term): Assumption {
    this.#starts.push(this.#trail.length);
    const known = this.#states[term.package];
    const states = known === undefined ? term.states : known.intersect(term.states);
    const assumption = { kind: 'assumption', term, ...this.#next(term.package, states) } as const;
    this.#push(assumption);
    return assumption;
  }

  /** Begins a level with a decision for one state, given as the set of it alone. */
  decide(id: PackageId, state: VersionSet): void {
    this.#starts.push(this.#trail.length);
    this.#push({ kind: 'decision', ...this.#next(id, state) });
  }

  /** The package is in none of the term's states, for this is the only term of `cause` that does not hold. */
  derive(term: Term, cause: Clause<C>): void {
    const known = this.#states[term.package];
    const states = known === undefined ? term.states.complement() : known.minus(term.states);
    this.#push({ kind: 'derivation', cause, ...this.#next(term.package, states) });
  }

  /** Takes back all that came after the level. */
  backtrack(level: number): void {
    if (level >= this.level) return;
    const length = this.#starts[level]!;
    this.#starts.length = level;
    while (this.#trail.length > length) this.#pop();
  }

  /** Takes back everything. */
  clear(): void {
    this.#starts.length = 0;
    while (this.#trail.length > 0) this.#pop();
  }

  /**
   * The assignment with which the package's states first lay within `states`, or null where they have not been narrowed
   * to that. States only shrink, so a binary search finds it.
   */
  satisfier(id: PackageId, states: VersionSet): Assignment<C> | null {
    const history = this.#histories[id] ?? [];
    let low = 0;
    let high = history.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (history[middle]!.states.isSubsetOf(states)) high = middle;
      else low = middle + 1;
    }
    return history[low] ?? null;
  }

  /** The derivation that left no state of the assumed term possible. */
  contradiction(assumption: Assumption): Derivation<C> {
    const excluded = this.satisfier(assumption.package, assumption.term.states.complement());
    if (excluded?.kind !== 'derivation') throw new Error('nothing contradicts this assumption');
    return excluded;
  }

  #next(id: PackageId, states: VersionSet) {
    return { package: id, states, index: this.#trail.length, level: this.level };
  }

  #push(assignment: Assignment<C>): void {
    const { package: id, states } = assignment;
    const last = notSelected(states);
    if (!states.has(last) && (this.#states[id]?.has(last) ?? true)) this.#selected.push(id);
    this.#trail.push(assignment);
    (this.#histories[id] ??= []).push(assignment);
    this.#states[id] = states;
  }

  #pop(): void {
    const { package: id, states } = this.#trail.pop()!;
    const history = this.#histories[id]!;
    history.pop();
    const before = history.at(-1)?.states;
    this.#states[id] = before;
    const last = notSelected(states);
    if (!states.has(last) && (before?.has(last) ?? true)) this.#selected.pop();
  }
}
