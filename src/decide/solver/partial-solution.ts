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
  /** How many states each package has left, kept apart so that choosing reads one number for each. */
  readonly #counts: number[] = [];
  /** Packages that must be selected, in the order in which that became known. */
  readonly #selected: PackageId[] = [];
  /** Those of them that have one version left, in the order in which that became known. */
  readonly #settled: PackageId[] = [];
  /** How many of the settled packages have been dealt with. */
  #dealtWith = 0;

  get level(): number {
    return this.#starts.length;
  }

  get length(): number {
    return this.#trail.length;
  }

  /** What the latest level begins with, where there is a level. */
  get lastDecided(): PackageId {
    return this.#trail[this.#starts.at(-1)!]!.package;
  }

  /** Packages that can no longer be left out, whether their version is settled or not. */
  get selected(): readonly PackageId[] {
    return this.#selected;
  }

  /** The first selected package with one version left that has not been dealt with yet, or null. */
  get nextSettled(): PackageId | null {
    return this.#settled[this.#dealtWith] ?? null;
  }

  /** `nextSettled` has been dealt with, until it is taken back. */
  passSettled(): void {
    this.#dealtWith++;
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

  /** How many states a package still has of which something has been said. */
  count(id: PackageId): number {
    return this.#counts[id]!;
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
    const { package: id } = term;
    const states = this.#states[id]?.intersect(term.states) ?? term.states;
    const { index, level } = this.#next;
    const assumption = { kind: 'assumption', package: id, states, index, level, term } as const;
    this.#push(assumption);
    return assumption;
  }

  /** Begins a level with a decision for one state, given as the set of it alone. */
  decide(id: PackageId, state: VersionSet): void {
    this.#starts.push(this.#trail.length);
    const { index, level } = this.#next;
    this.#push({ kind: 'decision', package: id, states: state, index, level });
  }

  /** The package is in none of the term's states, for this is the only term of `cause` that does not hold. */
  derive(term: Term, cause: Clause<C>): void {
    const { package: id } = term;
    const states = this.#states[id]?.minus(term.states) ?? term.states.complement();
    const { index, level } = this.#next;
    this.#push({ kind: 'derivation', package: id, states, index, level, cause });
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

  /** The level from which all of the terms hold, which do; 0 for none. */
  levelOf(terms: readonly Term[]): number {
    return Math.max(0, ...terms.map((term) => this.satisfier(term.package, term.states)?.level ?? 0));
  }

  /** The derivation that left no state of the assumed term possible. */
  contradiction(assumption: Assumption): Derivation<C> {
    const excluded = this.satisfier(assumption.package, assumption.term.states.complement());
    if (excluded?.kind !== 'derivation') throw new Error('nothing contradicts this assumption');
    return excluded;
  }

  get #next(): { readonly index: number; readonly level: number } {
    return { index: this.#trail.length, level: this.#starts.length };
  }

  #push(assignment: Assignment<C>): void {
    const { package: id, states } = assignment;
    const before = this.#states[id];
    this.#trail.push(assignment);
    (this.#histories[id] ??= []).push(assignment);
    this.#states[id] = states;
    this.#counts[id] = states.count;
    if (becameSelected(before, states)) this.#selected.push(id);
    if (becameSettled(before, states)) this.#settled.push(id);
  }

  #pop(): void {
    const { package: id, states } = this.#trail.pop()!;
    const history = this.#histories[id]!;
    history.pop();
    const before = history[history.length - 1]?.states;
    this.#states[id] = before;
    this.#counts[id] = before === undefined ? states.size : before.count;
    if (becameSelected(before, states)) this.#selected.pop();
    if (!becameSettled(before, states)) return;
    this.#settled.pop();
    this.#dealtWith = Math.min(this.#dealtWith, this.#settled.length);
  }
}

function becameSelected(before: VersionSet | undefined, after: VersionSet): boolean {
  const position = notSelected(after);
  return !after.has(position) && (before === undefined || before.has(position));
}

function becameSettled(before: VersionSet | undefined, after: VersionSet): boolean {
  return after.count === 1 && !after.has(notSelected(after)) && before?.count !== 1;
}
