import type { PackageId, Term } from '../solver/incompatibility.ts';

/** "None of these holds": the complements of the terms, those of one package as one. */
export function noneOf(terms: readonly Term[]): readonly Term[] {
  const merged = new Map<PackageId, Term>();
  for (const term of terms) {
    const before = merged.get(term.package);
    merged.set(
      term.package,
      before ? { package: term.package, states: before.states.union(term.states) } : term,
    );
  }
  return [...merged.values()].map((by) => ({ package: by.package, states: by.states.complement() }));
}
