import type { Incompatibility, PackageId, Term } from './incompatibility.ts';

/**
 * An incompatibility as propagation holds it: one term a package, none that always holds. The first two terms are the
 * watched ones, so their order changes while solving; the incompatibility behind it does not.
 */
export interface Clause<C> {
  readonly incompatibility: Incompatibility<C>;
  readonly terms: Term[];
  /** Another clause says all that this one does: it is watched no more. */
  superseded: boolean;
}

/** The clause's term about a package that it speaks of. */
export function termOf<C>(clause: Clause<C>, id: PackageId): Term {
  const term = clause.terms.find((each) => each.package === id);
  if (term === undefined) throw new Error(`the incompatibility does not speak of package ${id}`);
  return term;
}
