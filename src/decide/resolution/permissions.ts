import type { Dependency, Specifier } from '../../domain/dependency.ts';
import type { Target } from '../../domain/target.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { External, PackageId, Term } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import { Askers } from './askers.ts';
import type { Cause } from './cause.ts';
import type { Rules } from './line.ts';
import { ON } from './node.ts';
import type { Nodes } from './node.ts';
import { Permission } from './permission.ts';
import type { Rule, StepBackFrom } from './rule.ts';
import { StepBack } from './step-back.ts';
import type { Cap } from './step-back.ts';
import { StepsBack } from './steps-back.ts';
import { Support } from './support.ts';

/**
 * Who may have what: pre-releases and yanked versions with permission only, nobody is taken up only to give one, and who goes back
 * for a bound of somebody else's. All of it stands under selectors that every solve assumes, and that are replaced as more is read.
 */
export class Permissions {
  readonly #nodes: Nodes;
  readonly #rules: Rules;
  readonly #prereleases: boolean;
  readonly #askers = new Askers();
  readonly #of = new Map<PackageId, readonly Permission[]>();
  readonly #supports = new Map<string, Support>();
  readonly #supportsOf = new Map<PackageId, Support[]>();
  readonly #stepsBack = new StepsBack();
  /** What changed since the rules were taken last. */
  readonly #changed = new Set<Permission | Support | StepBack>();
  #terms: readonly Term[] | null = null;
  /** Assumed by every solve, where the project has a lock. */
  #lock: PackageId | null = null;
  #grants = 0;

  /** @param prereleases the user lets them in everywhere */
  constructor(nodes: Nodes, rules: Rules, prereleases: boolean) {
    this.#nodes = nodes;
    this.#rules = rules;
    this.#prereleases = prereleases;
  }

  /** Rises with everything new: what was solved under an earlier count must be solved again. */
  get grants(): number {
    return this.#grants;
  }

  /** What every solve assumes, as it stands now: the same list as long as nothing is new. */
  get terms(): readonly Term[] {
    if (this.#terms === null) {
      const all = [...[...this.#of.values()].flat(), ...this.#supports.values(), ...this.#stepsBack.all];
      const selectors = all.map(({ selector }) => selector);
      const standing = this.#lock === null ? selectors : [this.#lock, ...selectors];
      this.#terms = standing.map((selector) => ({ package: selector, states: ON }));
    }
    return this.#terms;
  }

  /** The rules behind the terms that were not taken yet. */
  takeNewRules(): readonly External<Cause>[] {
    const rules = [...this.#changed].flatMap((one) => one.rules());
    this.#changed.clear();
    return rules;
  }

  /** What may be had of a package on a target with permission only. */
  of(published: PublishedPackage, at: number, target: Target): readonly Permission[] {
    const id = this.#nodes.package(published.name, at);
    const known = this.#of.get(id);
    if (known !== undefined) return known;
    const made: Permission[] = [];
    if (!this.#prereleases && !finalsOf(published, target).isEmpty && !published.prereleases.isEmpty)
      made.push(new Permission('prerelease', published.name, id, published.prereleases, this.#newSelector));
    if (!published.yanked.isEmpty)
      made.push(new Permission('yanked', published.name, id, published.yanked, this.#newSelector));
    this.#of.set(id, made);
    for (const permission of made) this.#note(permission);
    return made;
  }

  /**
   * A requirement that counts while `by` holds lets in the pre-releases that its text names, or those within it where it admits
   * no final release (PEP 440, "Handling of pre-releases"), and the yanked version that it pins (PEP 592).
   */
  grant(dependency: Dependency, by: Term, published: PublishedPackage, at: number, target: Target): void {
    const { specifier } = dependency;
    for (const permission of this.of(published, at, target)) {
      const versions =
        permission.what === 'yanked'
          ? this.#yankedBy(specifier, published)
          : this.#prereleasesBy(specifier, published, target);
      if (permission.grant(by, versions)) this.#note(permission);
    }
  }

  #yankedBy(specifier: Specifier, published: PublishedPackage): VersionSet {
    const isPin = this.#rules.pinnedVersion(specifier) !== null;
    return isPin ? published.matching(specifier) : VersionSet.none(published.versions.length);
  }

  #prereleasesBy(specifier: Specifier, published: PublishedPackage, target: Target): VersionSet {
    if (this.#rules.mentionsPrerelease(specifier)) return published.prereleases;
    const within = published.matching(specifier);
    return within.intersect(finalsOf(published, target)).isEmpty
      ? within.intersect(published.prereleases)
      : VersionSet.none(published.versions.length);
  }

  /** The project's lock has this version: that is permission enough, and nobody can give it up. */
  grantVersion(published: PublishedPackage, position: number, at: number, target: Target): void {
    this.#lock ??= this.#newSelector('the lock', 'the lock has it');
    const by = { package: this.#lock, states: ON };
    const version = VersionSet.of(published.versions.length, position);
    for (const permission of this.of(published, at, target))
      if (permission.grant(by, version)) this.#note(permission);
  }

  /** Notes what a requirement lets a package be. */
  capped(id: PackageId, text: string, cap: Cap): void {
    for (const step of this.#stepsBack.cap(id, text, cap)) this.#note(step);
  }

  /** While `on` holds, the package of a rule does not go back on a target but where a bound asks for it. */
  forbidStepBack(rule: Rule, target: number, from: StepBackFrom, on: Term): void {
    const id = this.#nodes.package(rule.name, target);
    const step = new StepBack(rule, { package: id, target, from }, on, this.#newSelector);
    this.#stepsBack.add(rule.id, step);
    this.#note(step);
  }

  /** Whether a solution goes back where a rule forbids it and no bound asks for it. */
  goesBackUncalled(rule: Rule, solved: Solved): boolean {
    return this.#stepsBack.isUncalledFor(rule.id, solved);
  }

  /** Notes that `by` asks for a package or an extra. */
  asked(id: PackageId, by: Term): void {
    if (!this.#askers.add(id, by)) return;
    for (const support of this.#supportsOf.get(id) ?? []) {
      if (support.group.has(by.package)) continue;
      support.renew(this.#askers.outside(support.group));
      this.#note(support);
    }
  }

  /**
   * Forbids what a solution took up unasked, which it does only for the permission that it gives to others. `grants` has risen
   * where there is any: the solution is none then.
   */
  expelUnasked(solved: Solved, versionCount: (id: PackageId) => number): void {
    if (!this.#usesPermission(solved)) return;
    const unasked = this.#askers.unasked(solved, (id) => this.#nodes.node(id).kind === 'selector');
    for (const id of unasked) {
      const group = this.#askers.leadingTo(id, unasked, solved);
      const key = `${id}: ${[...group].sort((a, b) => a - b).join(' ')}`;
      const node = this.#nodes.node(id);
      if (this.#supports.has(key) || node.kind === 'selector') continue;
      const about = { name: node.name, id, versionCount: versionCount(id) };
      const support = new Support(about, group, this.#newSelector);
      support.renew(this.#askers.outside(group));
      this.#supports.set(key, support);
      for (const member of group)
        this.#supportsOf.set(member, [...(this.#supportsOf.get(member) ?? []), support]);
      this.#note(support);
    }
  }

  #usesPermission(solved: Solved): boolean {
    const { versions } = solved;
    for (const [id, permissions] of this.#of) {
      const at = versions.get(id);
      if (at !== undefined && permissions.some((permission) => permission.restricts(at))) return true;
    }
    return this.#stepsBack.all.some((step) => step.goesBack(solved));
  }

  readonly #newSelector = (label: string, says: string): PackageId => this.#nodes.selector(label, says);

  #note(changed: Permission | Support | StepBack): void {
    this.#changed.add(changed);
    this.#terms = null;
    this.#grants++;
  }
}

/** The final releases that need no permission on a target. */
function finalsOf(published: PublishedPackage, target: Target): VersionSet {
  return published.installable(target).minus(published.prereleases).minus(published.yanked);
}
