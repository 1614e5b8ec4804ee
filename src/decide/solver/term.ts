import type { VersionSet } from '../../domain/version-set.ts';
import type { Term } from './incompatibility.ts';

/** The position that stands for "not selected": the last one. */
export function notSelected(states: VersionSet): number {
  return states.size - 1;
}

/** Whether the package must be selected for the term to hold: PubGrub's positive term. */
export function isPositive(term: Term): boolean {
  return !term.states.has(notSelected(term.states));
}

/** The package is in none of the term's states. */
export function negate(term: Term): Term {
  return { package: term.package, states: term.states.complement() };
}

/**
 * The same conjunction with one term a package: several about one package are intersected, and those that always
 * hold are left out. Null where one of them can never hold, and so never all.
 */
export function oneTermPerPackage(terms: readonly Term[]): Term[] | null {
  const [first, second] = terms;
  // What one package asks of another, which nearly all are.
  if (terms.length === 2 && first!.package !== second!.package && isOpen(first!) && isOpen(second!))
    return [first!, second!];
  const merged: Term[] = [];
  for (const term of terms) {
    const at = merged.findIndex((other) => other.package === term.package);
    if (at < 0) merged.push(term);
    else merged[at] = { package: term.package, states: merged[at]!.states.intersect(term.states) };
  }
  if (merged.some((term) => term.states.isEmpty)) return null;
  return merged.filter((term) => !term.states.isFull);
}

/** Neither impossible nor always so. */
function isOpen({ states }: Term): boolean {
  return !states.isEmpty && !states.isFull;
}

/** Whether two terms say the same of the same package. */
export function isSame(a: Term, b: Term): boolean {
  return a === b || (a.package === b.package && a.states.equals(b.states));
}

/** Whether two lists hold the same terms in the same order. */
export function sameTerms(a: readonly Term[], b: readonly Term[]): boolean {
  return a === b || (a.length === b.length && a.every((term, i) => isSame(term, b[i]!)));
}
