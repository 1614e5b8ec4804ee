import type { Clause } from './clause.ts';
import type { Incompatibility, PackageId, Term } from './incompatibility.ts';
import type { PartialSolution } from './partial-solution.ts';
import { oneTermPerPackage } from './term.ts';
import { Widest } from './widest.ts';

/**
 * Unit propagation: where all terms of an incompatibility but one hold, the last must not. Each incompatibility is
 * looked at only when one of two watched terms comes to hold (Moskewicz et al., "Chaff", 2001): as long as two do not
 * hold, nothing follows from it. Taking assignments back needs no work on the watches.
 */
export class Propagation<C> {
  readonly #partial: PartialSolution<C>;
  readonly #watchers: Clause<C>[][] = [];
  readonly #widest = new Widest<C>();
  /** Those of one term or none, which count from the start of every solve. */
  readonly #facts: Clause<C>[] = [];
  /**
   * Clauses that came when they already said something at a level below the one reached. What was derived from them
   * is lost when that level is taken back though they still say it, so they are looked at again then.
   */
  #late: { readonly clause: Clause<C>; readonly level: number }[] = [];
  /** Assignments before this one have been propagated. */
  #head = 0;

  constructor(partial: PartialSolution<C>) {
    this.#partial = partial;
  }

  /** Starts anew with nothing assumed. Returns a clause all of whose terms hold, or null. */
  restart(): Clause<C> | null {
    this.#partial.clear();
    this.#late = [];
    this.#head = 0;
    return this.#facts.find((fact) => !this.#examine(fact)) ?? null;
  }

  /** Takes back all levels after this one. Returns a clause all of whose terms still hold, or null. */
  backtrack(level: number): Clause<C> | null {
    this.#partial.backtrack(level);
    this.#head = Math.min(this.#head, this.#partial.length);
    const again = this.#late.filter((each) => each.level > level);
    this.#late = this.#late.filter((each) => each.level <= level);
    const conflicts = again.filter(({ clause }) => !this.#examine(clause));
    return conflicts[0]?.clause ?? null;
  }

  /** Lets an incompatibility count from now on. Returns its clause where all terms hold already, else null. */
  attach(incompatibility: Incompatibility<C>): Clause<C> | null {
    const terms = oneTermPerPackage(incompatibility.terms);
    if (terms === null) return null;
    const clause = { incompatibility, terms, superseded: false };
    if (terms.length < 2) this.#facts.push(clause);
    else {
      if (incompatibility.kind === 'external')
        for (const less of this.#widest.replacedBy(clause)) less.superseded = true;
      this.#latestFirst(clause);
      this.#watchersOf(terms[0]!.package).push(clause);
      this.#watchersOf(terms[1]!.package).push(clause);
    }
    return this.#examine(clause) ? null : clause;
  }

  /** Derives all that follows. Returns a clause all of whose terms hold, or null. */
  propagate(): Clause<C> | null {
    while (this.#head < this.#partial.length) {
      const assignment = this.#partial.at(this.#head++);
      if (!this.#partial.isLatest(assignment)) continue;
      const conflict = this.#visit(assignment.package);
      if (conflict !== null) return conflict;
    }
    return null;
  }

  #visit(id: PackageId): Clause<C> | null {
    const watchers = this.#watchersOf(id);
    let conflict: Clause<C> | null = null;
    let kept = 0;
    for (let i = 0; i < watchers.length; i++) {
      const clause = watchers[i]!;
      if (clause.superseded) continue;
      if (conflict === null && this.#moveWatch(clause, id)) continue;
      watchers[kept++] = clause;
      if (conflict === null && !this.#deriveFromWatches(clause)) conflict = clause;
    }
    watchers.length = kept;
    return conflict;
  }

  /** Where the term about `id` holds, watches another one that does not. True: `id` is watched no more. */
  #moveWatch(clause: Clause<C>, id: PackageId): boolean {
    const { terms } = clause;
    if (terms[0]!.package === id) swap(terms, 0, 1);
    if (!this.#partial.satisfies(terms[1]!)) return false;
    for (let i = 2; i < terms.length; i++) {
      if (this.#partial.satisfies(terms[i]!)) continue;
      swap(terms, 1, i);
      this.#watchersOf(terms[1]!.package).push(clause);
      return true;
    }
    return false;
  }

  /** After `#moveWatch` kept the watch: if the second term holds, then all but the first do. False: that one too. */
  #deriveFromWatches(clause: Clause<C>): boolean {
    const first = clause.terms[0]!;
    if (!this.#partial.satisfies(clause.terms[1]!) || this.#partial.contradicts(first)) return true;
    if (this.#partial.satisfies(first)) return false;
    this.#partial.derive(first, clause);
    return true;
  }

  /** Derives what a clause says of the present partial solution, without its watches. False: all its terms hold. */
  #examine(clause: Clause<C>): boolean {
    let only: Term | undefined;
    for (const term of clause.terms) {
      if (this.#partial.satisfies(term)) continue;
      if (only !== undefined) return true;
      only = term;
    }
    if (this.#levelOfRest(clause) < this.#partial.level)
      this.#late.push({ clause, level: this.#partial.level });
    if (only === undefined) return false;
    if (!this.#partial.contradicts(only)) this.#partial.derive(only, clause);
    return true;
  }

  /** The level from which all terms but the one that came to hold last, or does not hold yet, do. */
  #levelOfRest(clause: Clause<C>): number {
    const levels = clause.terms.map(
      (term) => this.#partial.satisfier(term.package, term.states)?.level ?? Infinity,
    );
    return levels.sort((a, b) => b - a)[1] ?? 0;
  }

  /** Terms that do not hold first, then those that came to hold last: taking back makes them open first. */
  #latestFirst(clause: Clause<C>): void {
    const heldSince = (term: Term): number =>
      this.#partial.satisfier(term.package, term.states)?.index ?? Infinity;
    const { terms } = clause;
    if (terms.length === 2) {
      if (heldSince(terms[0]!) < heldSince(terms[1]!)) swap(terms, 0, 1);
      return;
    }
    const order = new Map(terms.map((term) => [term, heldSince(term)]));
    terms.sort((a, b) => compare(order.get(b)!, order.get(a)!));
  }

  #watchersOf(id: PackageId): Clause<C>[] {
    return (this.#watchers[id] ??= []);
  }
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function swap<T>(list: T[], a: number, b: number): void {
  const kept = list[a]!;
  list[a] = list[b]!;
  list[b] = kept;
}
