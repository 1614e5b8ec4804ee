import type { Clause } from './clause.ts';
import type { Term } from './incompatibility.ts';
import { isSame } from './term.ts';

/**
 * Of clauses that say the same of ever more versions of a package (so many of its versions need foo >=2, then one more), the last says
 * it all: none of the earlier ones has to be looked at any more. What a package with thousands of versions needs is told for each of
 * them, and each narrowing of what it needs looked at thousands of clauses.
 */
export class Widest<C> {
  /** By what they say of other packages than the first. */
  readonly #alike = new Map<number, Clause<C>[]>();

  /** Takes a clause as it was told, first the package of which more may come. Returns those that say less, and will not be given again. */
  replacedBy(clause: Clause<C>): readonly Clause<C>[] {
    const { terms } = clause.incompatibility;
    const key = keyOf(terms);
    const alike = this.#alike.get(key) ?? [];
    const less = alike.filter((other) => saysLess(other.incompatibility.terms, terms));
    const rest = less.length === 0 ? alike : alike.filter((other) => !less.includes(other));
    this.#alike.set(key, [...rest, clause]);
    return less;
  }
}

function keyOf([first, ...others]: readonly Term[]): number {
  let key = first?.package ?? -1;
  for (const term of others) key = Math.imul(key ^ term.package, 0x01000193) ^ term.states.hash;
  return key;
}

function saysLess(less: readonly Term[], more: readonly Term[]): boolean {
  return (
    less.length === more.length &&
    less[0]!.package === more[0]!.package &&
    less[0]!.states.isSubsetOf(more[0]!.states) &&
    less.every((term, at) => at === 0 || isSame(term, more[at]!))
  );
}
