import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { External, PackageId, Term } from '../solver/incompatibility.ts';
import type { Cause } from './cause.ts';
import { ON } from './node.ts';
import { noneOf } from './none-of.ts';

/** Somebody whose requirement lets versions in: `states` of `package` in which that requirement counts. */
interface Grant {
  readonly by: Term;
  readonly versions: VersionSet;
}

/**
 * Versions that count only with permission: a pre-release is let in by a requirement whose text names one or which admits no
 * final release, a yanked version by an exact pin (PEP 440 "Handling of pre-releases", PEP 592). Who grants is found while metadata is read, so the rule is
 * made anew under a fresh selector with every grant; rules under older selectors stay true and are no longer assumed.
 */
export class Permission {
  readonly what: 'prerelease' | 'yanked';
  readonly #name: PackageName;
  readonly #package: PackageId;
  readonly #restricted: VersionSet;
  readonly #newSelector: (label: string, says: string) => PackageId;
  readonly #grants: Grant[] = [];
  #selector: PackageId;
  #rules: readonly External<Cause>[] | null = null;

  constructor(
    what: 'prerelease' | 'yanked',
    name: PackageName,
    packageId: PackageId,
    restricted: VersionSet,
    newSelector: (label: string, says: string) => PackageId,
  ) {
    this.what = what;
    this.#name = name;
    this.#package = packageId;
    this.#restricted = restricted;
    this.#newSelector = newSelector;
    this.#selector = this.#makeSelector();
  }

  get selector(): PackageId {
    return this.#selector;
  }

  /** Whether a version of the package needs this permission. */
  restricts(position: number): boolean {
    return this.#restricted.has(position);
  }

  /** True where this is a new grant: what was solved before it must be solved again. */
  grant(by: Term, versions: VersionSet): boolean {
    const granted = versions.intersect(this.#restricted);
    if (granted.isEmpty || by.package === this.#package) return false;
    const known = this.#grants.some(
      (g) =>
        g.by.package === by.package && by.states.isSubsetOf(g.by.states) && granted.isSubsetOf(g.versions),
    );
    if (known) return false;
    this.#grants.push({ by, versions: granted });
    this.#selector = this.#makeSelector();
    this.#rules = null;
    return true;
  }

  /** "While the selector is on, no restricted version without one of its grantors." */
  rules(): readonly External<Cause>[] {
    this.#rules ??= this.#makeRules();
    return this.#rules;
  }

  #makeRules(): readonly External<Cause>[] {
    const on = { package: this.#selector, states: ON };
    const granted = this.#grants.reduce(
      (all, g) => all.union(g.versions),
      VersionSet.none(this.#restricted.size),
    );
    const forbidden = this.#restricted.minus(granted);
    const rules: External<Cause>[] = [];
    if (!forbidden.isEmpty) rules.push(this.#rule([on, this.#versions(forbidden)]));
    for (const version of granted.positions()) {
      const grantors = this.#grants.filter((g) => g.versions.has(version));
      const nobody = noneOf(grantors.map((g) => g.by));
      rules.push(this.#rule([on, this.#versions(VersionSet.of(this.#restricted.size, version)), ...nobody]));
    }
    return rules;
  }

  #makeSelector(): PackageId {
    const says =
      this.what === 'prerelease'
        ? `pre-releases of ${this.#name} are not let in`
        : `yanked versions of ${this.#name} are left alone`;
    return this.#newSelector(`${this.what} of ${this.#package} with ${this.#grants.length} grants`, says);
  }

  #versions(set: VersionSet): Term {
    return { package: this.#package, states: set.resized(set.size + 1) };
  }

  #rule(terms: readonly Term[]): External<Cause> {
    return { kind: 'external', terms, cause: { kind: 'not-permitted', name: this.#name, what: this.what } };
  }
}
