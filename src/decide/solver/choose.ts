import { VersionSet } from '../../domain/version-set.ts';
import type { External, PackageId, Term } from './incompatibility.ts';
import type { PartialSolution } from './partial-solution.ts';
import { isPositive, notSelected } from './term.ts';

/**
 * Which package to decide next: the one with the fewest versions left for each conflict that it took part in ("dom/wdeg",
 * Boussemart et al. 2004). At first that is PubGrub's "fewest versions first"; then packages that fail often come
 * early, so that taking back loses little. Ties go to the lower id.
 */
export class Choice {
  readonly #weights: number[] = [];
  /** Packages of incompatibilities such as {not foo, not bar}: leaving one out says something of the others. */
  readonly #alternatives = new Map<PackageId, VersionSet>();

  /** The package took part in a conflict. */
  blame(id: PackageId): void {
    this.#weights[id] = (this.#weights[id] ?? 1) + 1;
  }

  /** The selected package to be decided next, or null where each has one version left. */
  next<C>(partial: PartialSolution<C>): PackageId | null {
    let best: PackageId | null = null;
    let least = Infinity;
    for (const id of partial.selected) {
      const count = partial.count(id);
      if (count === 1) continue;
      const price = count / (this.#weights[id] ?? 1);
      if (price > least || (price === least && id > best!)) continue;
      best = id;
      least = price;
    }
    return best;
  }

  /** Takes note of an incompatibility by which one of several packages must be selected. */
  heed<C>(external: External<C>): void {
    const negative = external.terms.filter((term) => !isPositive(term));
    if (negative.length < 2) return;
    for (const { package: id, states } of negative)
      this.#alternatives.set(id, VersionSet.of(states.size, notSelected(states)));
  }

  /**
   * A package to leave out before a solution is complete, or null. Packages that nothing asks for are left out without
   * a decision: an incompatibility with one negative term at most cannot be violated by that.
   */
  leaveOut<C>(partial: PartialSolution<C>): Term | null {
    for (const [id, states] of this.#alternatives) {
      const known = partial.states(id);
      if (known === undefined || (known.count > 1 && known.intersects(states)))
        return { package: id, states };
    }
    return null;
  }
}
