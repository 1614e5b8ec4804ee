import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { External, PackageId, Term } from '../solver/incompatibility.ts';
import type { Cause } from './cause.ts';
import { ON } from './node.ts';

/**
 * A package that is not to be taken up for its permission alone: it is selected only where something outside its group (the
 * package and those that ask for it in a circle or a chain that nothing leads to) asks for a member of the group. Askers are
 * found while metadata is read, so the rule is made anew under a fresh selector when there are more; older ones stay true
 * and are no longer assumed. In answer set programming this is the loop formula of the group (Lin and Zhao, 2004).
 */
export class Support {
  readonly group: ReadonlySet<PackageId>;
  readonly #name: PackageName;
  readonly #package: PackageId;
  readonly #versionCount: number;
  readonly #newSelector: (label: string, says: string) => PackageId;
  #askers: readonly Term[] = [];
  #made = 0;
  #selector: PackageId;

  constructor(
    about: { readonly name: PackageName; readonly id: PackageId; readonly versionCount: number },
    group: ReadonlySet<PackageId>,
    newSelector: (label: string, says: string) => PackageId,
  ) {
    this.group = group;
    this.#name = about.name;
    this.#package = about.id;
    this.#versionCount = about.versionCount;
    this.#newSelector = newSelector;
    this.#selector = this.#makeSelector();
  }

  get selector(): PackageId {
    return this.#selector;
  }

  /** Takes all askers from outside the group that are known by now. */
  renew(askers: readonly Term[]): void {
    this.#askers = askers;
    this.#made++;
    this.#selector = this.#makeSelector();
  }

  rules(): readonly External<Cause>[] {
    const selected = VersionSet.range(this.#versionCount + 1, 0, this.#versionCount);
    const terms: readonly Term[] = [
      { package: this.#selector, states: ON },
      { package: this.#package, states: selected },
      ...this.#askers.map((by) => ({ package: by.package, states: by.states.complement() })),
    ];
    return [{ kind: 'external', terms, cause: { kind: 'unasked', name: this.#name } }];
  }

  #makeSelector(): PackageId {
    const members = [...this.group].sort((a, b) => a - b).join(' ');
    return this.#newSelector(
      `${this.#package} is asked for (${members}), ${this.#made}`,
      `${this.#name} is not taken up unasked`,
    );
  }
}
