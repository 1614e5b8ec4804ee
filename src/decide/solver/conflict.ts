import type { VersionSet } from '../../domain/version-set.ts';
import type { Assignment, Derivation } from './assignment.ts';
import type { Clause } from './clause.ts';
import { termOf } from './clause.ts';
import type { Incompatibility, PackageId, Term } from './incompatibility.ts';
import type { PartialSolution } from './partial-solution.ts';

/** A term of the incompatibility at hand, with the assignment that made it hold. */
interface Held<C> {
  readonly term: Term;
  readonly satisfier: Assignment<C>;
}

/**
 * An incompatibility all of whose terms hold, and which is resolved step by step with the causes of what made them
 * hold. Each step is sound by itself: two incompatibilities about a package, {p in A, rest} and {p in B, others}, give
 * {p in A or B, rest, others}.
 */
export class Conflict<C> {
  readonly #partial: PartialSolution<C>;
  readonly #held = new Map<PackageId, Held<C>>();
  #incompatibility: Incompatibility<C>;

  constructor(clause: Clause<C>, partial: PartialSolution<C>) {
    this.#partial = partial;
    this.#incompatibility = clause.incompatibility;
    for (const term of clause.terms) this.#hold(term);
  }

  get incompatibility(): Incompatibility<C> {
    return this.#incompatibility;
  }

  /**
   * Resolves until taking back to the level returned leaves all terms holding but one, which propagation then excludes
   * (the first unique implication point; PubGrub's conflict resolution). Null: the conflict rests on the levels up to
   * `assumed` alone. `seen` is told of every package whose assignment took part.
   */
  resolve(assumed: number, seen: (id: PackageId) => void): number | null {
    for (;;) {
      const latest = this.#latest();
      if (latest === null || latest.satisfier.level <= assumed) return null;
      const { satisfier } = latest;
      seen(satisfier.package);
      const previous = this.#previousLevel(latest);
      if (satisfier.kind !== 'derivation' || previous < satisfier.level) return Math.max(previous, assumed);
      this.#resolveWith(satisfier);
    }
  }

  /**
   * Resolves until assumptions alone make all terms hold (MiniSat's analyzeFinal), and returns these terms. To be called
   * when `resolve` returned null.
   */
  resolveToAssumptions(): readonly Term[] {
    let next = this.#latestDerivation();
    while (next !== null) {
      this.#resolveWith(next);
      next = this.#latestDerivation();
    }
    return Array.from(this.#held.values(), (held) => held.term);
  }

  #hold(term: Term): void {
    const satisfier = this.#partial.satisfier(term.package, term.states);
    if (satisfier === null) throw new Error('a term of the conflict does not hold');
    this.#held.set(term.package, { term, satisfier });
  }

  #latest(): Held<C> | null {
    let latest: Held<C> | null = null;
    for (const held of this.#held.values())
      if (latest === null || held.satisfier.index > latest.satisfier.index) latest = held;
    return latest;
  }

  /** The lowest level at which everything but the latest satisfier would already make the conflict inevitable. */
  #previousLevel(latest: Held<C>): number {
    let level = this.#levelBeside(latest);
    for (const held of this.#held.values())
      if (held !== latest && held.satisfier.level > level) level = held.satisfier.level;
    return level;
  }

  /**
   * A satisfier may be enough only together with earlier assignments about its package: {foo <2} follows from an
   * earlier "not foo 2 to 4" and the satisfier "not foo 5". The level of those earlier ones, which must stay.
   */
  #levelBeside({ term, satisfier }: Held<C>): number {
    if (satisfier.kind !== 'derivation') return 0;
    const needed = term.states.union(termOf(satisfier.cause, term.package).states);
    if (needed.isFull) return 0;
    return this.#partial.satisfier(term.package, needed)?.level ?? 0;
  }

  /** The rule of resolution, over the package of the derivation. */
  #resolveWith(derivation: Derivation<C>): void {
    const { package: id, cause } = derivation;
    for (const term of cause.terms) {
      if (term.package === id) this.#widen(id, term.states);
      else this.#narrow(term);
    }
    this.#incompatibility = {
      kind: 'derived',
      terms: Array.from(this.#held.values(), (held) => held.term),
      conflict: this.#incompatibility,
      other: cause.incompatibility,
    };
  }

  #widen(id: PackageId, states: VersionSet): void {
    const union = this.#held.get(id)!.term.states.union(states);
    if (union.isFull) this.#held.delete(id);
    else this.#hold({ package: id, states: union });
  }

  #narrow(term: Term): void {
    const held = this.#held.get(term.package);
    if (held === undefined) this.#hold(term);
    else if (!held.term.states.isSubsetOf(term.states))
      this.#hold({ package: term.package, states: held.term.states.intersect(term.states) });
  }

  /** Of the derivations on which the terms still rest, the latest. */
  #latestDerivation(): Derivation<C> | null {
    let latest: Derivation<C> | null = null;
    for (const held of this.#held.values()) {
      const derivation = this.#derivationOf(held);
      if (derivation !== null && (latest === null || derivation.index > latest.index)) latest = derivation;
    }
    return latest;
  }

  /** Null where the package's assumption alone makes the term hold. */
  #derivationOf({ term, satisfier }: Held<C>): Derivation<C> | null {
    if (satisfier.kind === 'derivation') return satisfier;
    if (satisfier.kind === 'decision') throw new Error('a decision cannot lie among the assumptions');
    if (satisfier.term.states.isSubsetOf(term.states)) return null;
    // The assumption was enough only together with what had been derived before it.
    const needed = term.states.union(satisfier.term.states.complement());
    const earlier = this.#partial.satisfier(term.package, needed);
    if (earlier?.kind !== 'derivation') throw new Error('a term of the conflict does not hold');
    return earlier;
  }
}
