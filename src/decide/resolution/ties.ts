import type { PackageName } from '../../domain/package-name.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import type { External, Term } from '../solver/incompatibility.ts';
import type { Cause } from './cause.ts';
import type { Line } from './line.ts';

/** Makes the term for "this package at one of these versions on that target". */
type At = (name: PackageName, target: number, versions: VersionSet) => Term;

/** Pins that are one version on all the targets on which they count, each while its selector is on. */
export class Ties {
  readonly #at: At;
  readonly #of = new Map<PackageName, readonly { readonly line: Line; readonly by: Term }[]>();

  constructor(at: At) {
    this.#at = at;
  }

  add(line: Line, by: Term): void {
    const { name } = line.requirement.dependency;
    this.#of.set(name, [...(this.#of.get(name) ?? []), { line, by }]);
  }

  /** What a version on one target says of the others. */
  facts(name: PackageName, target: number, only: VersionSet): readonly External<Cause>[] {
    const ties = (this.#of.get(name) ?? []).filter(({ line }) => line.targets.includes(target));
    const here = this.#at(name, target, only);
    return ties.flatMap(({ line, by }) =>
      line.targets
        .filter((other) => other !== target)
        // "Another version there", never "not there": a constraint's pin does not ask for the package.
        .map((other) => this.#at(name, other, only.complement()))
        .map((another) => ({
          kind: 'external',
          terms: [by, here, another],
          cause: { kind: 'same-line', requirement: line.requirement },
        })),
    );
  }
}
