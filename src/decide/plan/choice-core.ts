import type { Incompatibility, PackageId, Term } from '../solver/incompatibility.ts';
import type { Unsolvable } from '../solver/outcome.ts';
import { implies } from './choice.ts';
import type { Choice } from './choice.ts';

/**
 * Choices that cannot all have what they want: in every plan at least one of them stands at the level named for it
 * here or above. `hard` are the terms that the core rests on beside them; where one of those no longer counts, the core is void.
 */
export interface Core<C> {
  readonly floors: ReadonlyMap<string, number>;
  readonly hard: readonly Term[];
  readonly derivation: Incompatibility<C>;
}

/** Reads the terms of an unsolvable outcome as levels of choices. */
export class CoreReader<C> {
  readonly #owners = new Map<PackageId, Choice>();

  constructor(choices: readonly Choice[]) {
    for (const choice of choices)
      for (const { package: id } of choice.levels[0]!.selectors) this.#owners.set(id, choice);
  }

  read(outcome: Unsolvable<C>): Core<C> {
    const floors = new Map<string, number>();
    const hard: Term[] = [];
    for (const term of outcome.core) {
      const choice = this.#owners.get(term.package);
      if (choice === undefined) hard.push(term);
      else floors.set(choice.id, Math.min(floors.get(choice.id) ?? Infinity, floorOf(choice, term)));
    }
    return { floors, hard, derivation: outcome.derivation };
  }
}

/** The lowest level at which the term is not assumed any more: levels are nested, so those that assume it come first. */
function floorOf(choice: Choice, term: Term): number {
  const floor = choice.levels.findIndex((level) => !level.selectors.some((given) => implies(given, term)));
  if (floor === 0) throw new Error(`a core names a term of ${choice.id} that none of its levels assumes`);
  return floor;
}
