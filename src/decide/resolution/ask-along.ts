import { UserFacingError } from '../../domain/errors.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PackageId } from '../solver/incompatibility.ts';

/** How many versions of a package are asked for at once at the most, beside the one that is needed. */
const MOST_ALONG = 47;
/** How many of them are looked at, many of which may be known already. */
const MOST_LOOKED_AT = 4 * MOST_ALONG;

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

  /**
   * To be called where `version` has to be waited for: asks for those that `prefer` would take after it, then for those below it
   * among `others`. Of packages that move in step (boto3 and botocore) one has a single version left at each step of the other.
   */
  waitFor(
    id: PackageId,
    version: number,
    prefer: (possible: VersionSet) => number,
    others: VersionSet,
    ask: (version: number) => unknown,
  ): void {
    const waits = this.#waits.get(id) ?? 0;
    this.#waits.set(id, waits + 1);
    let left = Math.min(2 ** waits - 1, MOST_ALONG);
    let rest =
      this.#possible.get(id)?.minus(VersionSet.of(others.size, version)) ?? VersionSet.none(others.size);
    for (let looked = 0; left > 0 && looked < MOST_LOOKED_AT && !rest.isEmpty; looked++) {
      const next = prefer(rest);
      rest = rest.minus(VersionSet.of(rest.size, next));
      if (guess(() => ask(next))) left--;
    }
    for (let next = version - 1; left > 0 && next >= 0; next--)
      if (others.has(next) && guess(() => ask(next))) left--;
  }
}

/** True where it is not known already. Nobody waits for the answer, and it may never be needed: whoever needs it asks again, and is told of the failure then. */
function guess(ask: () => unknown): boolean {
  try {
    const answer = ask();
    if (!(answer instanceof Promise)) return false;
    answer.catch(() => undefined);
    return true;
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    return false;
  }
}
