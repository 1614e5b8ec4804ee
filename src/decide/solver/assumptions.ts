import type { PackageId, Term } from './incompatibility.ts';

/** The assumptions of one solve: one term for each package, in the order of first mention. */
export class Assumptions {
  readonly #given: readonly Term[];
  readonly #merged = new Map<PackageId, Term>();
  readonly terms: readonly Term[];

  /** Throws a RangeError where two of them about one package leave it no state: that is no question. */
  constructor(given: readonly Term[]) {
    this.#given = given;
    for (const term of given) {
      const before = this.#merged.get(term.package);
      const both = before === undefined ? term : meet(before, term);
      if (both.states.isEmpty)
        throw new RangeError(`the assumptions leave no state for package ${term.package}`);
      this.#merged.set(term.package, both);
    }
    this.terms = [...this.#merged.values()];
  }

  /** The given assumptions from which the terms follow: one a package where one is enough. In the order given. */
  behind(terms: readonly Term[]): readonly Term[] {
    const needed = new Set<Term>();
    for (const term of terms) {
      const about = this.#given.filter((given) => given.package === term.package);
      const enough = about.find((given) => given.states.isSubsetOf(term.states));
      for (const given of enough === undefined ? about : [enough]) needed.add(given);
    }
    return this.#given.filter((given) => needed.has(given));
  }
}

/** Of two terms about a package. */
function meet(a: Term, b: Term): Term {
  return { package: a.package, states: a.states.intersect(b.states) };
}
