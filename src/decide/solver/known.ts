import { VersionSet } from '../../domain/version-set.ts';
import type { External, PackageId, Term } from './incompatibility.ts';
import { sameTerms } from './term.ts';
import type { Universe } from './universe.ts';

/** What the universe has told so far: nothing is asked twice, and no external incompatibility counts twice. */
export class Known<C> {
  readonly #universe: Universe<C>;
  /** Per package, the versions whose dependencies are known. */
  readonly #asked: VersionSet[] = [];
  readonly #byHash = new Map<number, (readonly Term[])[]>();

  constructor(universe: Universe<C>) {
    this.#universe = universe;
  }

  has(id: PackageId, version: number): boolean {
    return this.#asked[id]?.has(version) === true;
  }

  /** Asks for a version's dependencies. To be followed by `learn` with the answer. */
  ask(id: PackageId, version: number): readonly External<C>[] | Promise<readonly External<C>[]> {
    return this.#universe.dependenciesOf(id, version);
  }

  /** Takes an answer and returns what is new in it. `count` is the number of the package's versions. */
  learn(
    id: PackageId,
    version: number,
    count: number,
    answer: readonly External<C>[],
  ): readonly External<C>[] {
    const told = this.#universe.versionsOf(id);
    if (typeof told === 'number' && told !== count)
      throw new Error(`package ${id} has ${told} versions, but terms about it have ${count}`);
    const only = VersionSet.of(count, version);
    this.#asked[id] = this.#asked[id]?.union(only) ?? only;
    return answer.filter((external) => this.isNew(external));
  }

  /** Remembers the incompatibility. False where one with the same terms is known, whatever its cause. */
  isNew(external: External<C>): boolean {
    const { terms } = external;
    let hash = terms.length;
    for (const term of terms) hash = Math.imul(hash ^ term.package, 0x01000193) ^ term.states.hash;
    const alike = this.#byHash.get(hash);
    if (alike === undefined) this.#byHash.set(hash, [terms]);
    else if (alike.some((other) => sameTerms(other, terms))) return false;
    else alike.push(terms);
    return true;
  }
}
