import { UserFacingError } from '../../domain/errors.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PackageId } from '../solver/incompatibility.ts';

/** How many versions of a package are asked for at once at the most, beside the one that is needed. */
const MOST_ALONG = 15;

/**
 * A package whose metadata had to be waited for before will be waited for again as the search goes through its versions, so the
 * next ones that it would try are asked for at the same time: more with every wait, never many.
 */
export class AskAlong {
  readonly #possible = new Map<PackageId, VersionSet>();
  readonly #waits = new Map<PackageId, number>();

  /** Notes which versions the search still thinks of. */
  thinksOf(id: PackageId, possible: VersionSet): void {
    this.#possible.set(id, possible);
  }

  /** To be called where `version` has to be waited for: asks for those that `prefer` would take after it. */
  waitFor(
    id: PackageId,
    version: number,
    prefer: (possible: VersionSet) => number,
    ask: (version: number) => unknown,
  ): void {
    const waits = this.#waits.get(id) ?? 0;
    this.#waits.set(id, waits + 1);
    const possible = this.#possible.get(id);
    if (possible === undefined) return;
    let rest = possible.minus(VersionSet.of(possible.size, version));
    for (let left = Math.min(2 ** waits - 1, MOST_ALONG); !rest.isEmpty && left > 0; left--) {
      const next = prefer(rest);
      rest = rest.minus(VersionSet.of(possible.size, next));
      guess(() => ask(next));
    }
  }
}

/** Nobody waits for the answer, and it may never be needed: whoever needs it asks again, and is told of the failure then. */
function guess(ask: () => unknown): void {
  try {
    const answer = ask();
    if (answer instanceof Promise) answer.catch(() => undefined);
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
  }
}
