import { VersionSet } from '../../domain/version-set.ts';
import type { External, PackageId, Term } from './incompatibility.ts';
import type { PartialSolution } from './partial-solution.ts';
import { isPositive, notSelected } from './term.ts';

/** So many versions of a package may be refused before its turn comes earlier; twice as many each time after that. */
const PATIENCE = 3;

/**
 * Which package to decide next: the one that took part in most trouble, then the one with the fewest versions left, then
 * the one with the lower id. At first that is PubGrub's "fewest versions first"; later the packages that fail often come
 * early, so that taking back loses little (as activity does in SAT solvers).
 */
export class Choice {
  readonly #trouble: number[] = [];
  readonly #refusals: { count: number; patience: number }[] = [];
  /** Packages of incompatibilities such as {not foo, not bar}: leaving one out says something of the others. */
  readonly #alternatives = new Map<PackageId, VersionSet>();

  /** The package took part in a conflict. */
  blame(id: PackageId): void {
    this.#trouble[id] = (this.#trouble[id] ?? 0) + 1;
  }

  /**
   * A version was excluded as soon as its dependencies were known. True where that happened so often that what was
   * decided before the package is the likelier fault: better start over and decide this package early than ask for
   * all of its versions in turn (uv does so after five).
   */
  refused(id: PackageId): boolean {
    this.blame(id);
    const refusals = (this.#refusals[id] ??= { count: 0, patience: PATIENCE });
    if (++refusals.count < refusals.patience) return false;
    refusals.count = 0;
    refusals.patience *= 2;
    return true;
  }

  /** The selected package to be decided next, or null where each has one version left. */
  next<C>(partial: PartialSolution<C>): PackageId | null {
    let best: PackageId | null = null;
    let most = 0;
    let fewest = Infinity;
    for (const id of partial.selected) {
      const count = partial.count(id);
      if (count === 1) continue;
      const trouble = this.#trouble[id] ?? 0;
      const order = most - trouble || count - fewest || id - best!;
      if (best !== null && order > 0) continue;
      best = id;
      most = trouble;
      fewest = count;
    }
    return best;
  }

  /** Takes note of an incompatibility by which one of several packages must be selected. */
  heed<C>(external: External<C>): void {
    let count = 0;
    for (const term of external.terms) if (!isPositive(term)) count++;
    if (count < 2) return;
    const negative = external.terms.filter((term) => !isPositive(term));
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
