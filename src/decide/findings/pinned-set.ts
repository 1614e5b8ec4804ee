import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { Manifest, Service } from '../../domain/project.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import { lockManifest } from '../../read/manifests/locks/lock-manifest.ts';
import type { Rules } from '../resolution/line.ts';

/** One package at one version that files pin or lock, on the targets where they do. */
export interface PinnedPackage {
  readonly name: PackageName;
  readonly version: Version;
  readonly targets: readonly Target[];
  /** Where the version stands: of several places the first. */
  readonly requirement: Requirement;
}

/** What the files of a service say of its set by themselves, and what they do not say. No index is asked, nothing is solved. */
export interface PinnedSet {
  readonly packages: readonly PinnedPackage[];
  /** The same, one set a target. */
  readonly sets: readonly LockedSet[];
  /** Lines that ask for a package and name no version, and no lock or constraint does. */
  readonly unpinned: readonly Requirement[];
  /** Lines whose package comes by address. */
  readonly references: readonly Requirement[];
  /** Lines whose condition holds on no target. */
  readonly elsewhere: readonly Requirement[];
  /** Pins without a lock or hashes: what they bring along stands nowhere. */
  readonly open: readonly Requirement[];
  readonly manifests: readonly Manifest[];
}

interface Placed {
  readonly requirement: Requirement;
  readonly targets: readonly Target[];
}

/** Reads the set of a service off its lock, and off its lines where no lock speaks of them. */
export function pinnedSet(
  service: Service,
  rules: Rules,
  { development }: { readonly development: boolean },
): PinnedSet {
  const { targets, lock } = service;
  const manifests =
    lock === undefined
      ? service.manifests
      : [lockManifest(lock, targets, rules, { development }), ...service.manifests];
  const place = (requirement: Requirement): Placed => ({
    requirement,
    targets: onTargets(requirement, targets, rules),
  });
  const locked = manifests.filter(isLock).flatMap(({ requirements }) => requirements.map(place));
  const known = new Map(locked.map((one) => [one.requirement.dependency.name, one]));
  const lines = manifests
    .filter((one) => !isLock(one))
    .flatMap(({ requirements }) => requirements.map(place));
  // What a lock has elsewhere is told of the lock itself.
  const isAsked = ({ requirement: { role, dependency }, targets: on }: Placed): boolean =>
    role === 'requirement' && !known.has(dependency.name) && (known.size === 0 || on.length > 0);
  const asked = lines.filter(isAsked);
  const bounds = boundsOf(lines, rules);
  const collected = new Collected(rules, bounds);
  for (const one of [...locked, ...asked]) collected.add(one);
  const own = new Set(asked.map(({ requirement }) => requirement));
  return {
    ...collected.set(targets),
    open: isClosed(asked) ? [] : collected.pins.filter((one) => own.has(one)),
    manifests,
  };
}

function isOfDevelopment({ requirement: { group } }: PinnedPackage): boolean {
  return group === 'development';
}

function isLock({ kind }: Manifest): boolean {
  return kind === 'lock';
}

function onTargets(
  { dependency: { condition } }: Requirement,
  targets: readonly Target[],
  rules: Rules,
): readonly Target[] {
  if (condition === null) return targets;
  return targets.filter((target) => rules.applies(condition, target, []) !== 'no');
}

/** A file with a hash for each of its lines is in hash-checking mode, in which pip installs nothing that it does not list. */
function isClosed(asked: readonly Placed[]): boolean {
  return asked.every(({ requirement, targets }) => targets.length === 0 || requirement.hashes.length > 0);
}

/** What constraints and overrides pin, by name; an override has the last word. */
function boundsOf(lines: readonly Placed[], rules: Rules): ReadonlyMap<PackageName, readonly Placed[]> {
  const pins = lines.filter(
    ({ requirement: { role, dependency } }) =>
      role !== 'requirement' && rules.pinnedVersion(dependency.specifier) !== null,
  );
  const bounds = new Map<PackageName, Placed[]>();
  for (const role of ['override', 'constraint'] as const)
    for (const one of pins.filter(({ requirement }) => requirement.role === role)) {
      const { name } = one.requirement.dependency;
      const before = bounds.get(name);
      if (before === undefined) bounds.set(name, [one]);
      else before.push(one);
    }
  return bounds;
}

/** The lines of a service as they are sorted into what is pinned and what is not. */
class Collected {
  readonly #rules: Rules;
  readonly #bounds: ReadonlyMap<PackageName, readonly Placed[]>;
  readonly #packages = new Map<string, { one: PinnedPackage; readonly on: Target[] }>();
  readonly #rest = {
    unpinned: [] as Requirement[],
    references: [] as Requirement[],
    elsewhere: [] as Requirement[],
  };
  /** Lines that name their version, or for which a constraint does. */
  readonly pins: Requirement[] = [];

  constructor(rules: Rules, bounds: ReadonlyMap<PackageName, readonly Placed[]>) {
    [this.#rules, this.#bounds] = [rules, bounds];
  }

  add({ requirement, targets }: Placed): void {
    if (targets.length === 0) this.#rest.elsewhere.push(requirement);
    else if (requirement.dependency.url !== null) this.#rest.references.push(requirement);
    else if (targets.every((target) => this.#pinOn(requirement, target))) this.pins.push(requirement);
    else this.#rest.unpinned.push(requirement);
  }

  /** Notes the version that a line has on a target; false: nothing says which. */
  #pinOn(requirement: Requirement, target: Target): boolean {
    const { name } = requirement.dependency;
    const bounds = this.#bounds.get(name)?.filter(({ targets }) => targets.includes(target)) ?? [];
    const override = bounds.find((one) => one.requirement.role === 'override');
    for (const place of [override?.requirement, requirement, bounds[0]?.requirement]) {
      const version = place && this.#rules.pinnedVersion(place.dependency.specifier);
      if (place === undefined || version == null) continue;
      this.#put({ name, version, targets: [], requirement: place }, target);
      return true;
    }
    return false;
  }

  #put(one: PinnedPackage, target: Target): void {
    const key = `${one.name} ${one.version.text}`;
    const before = this.#packages.get(key);
    if (before === undefined) {
      this.#packages.set(key, { one, on: [target] });
      return;
    }
    if (!before.on.includes(target)) before.on.push(target);
    // What production has too is told where production has it.
    if (isOfDevelopment(before.one) && !isOfDevelopment(one)) before.one = one;
  }

  set(targets: readonly Target[]): Omit<PinnedSet, 'open' | 'manifests'> {
    const packages = [...this.#packages]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { one, on }]) => ({
        ...one,
        targets: on.length === targets.length ? targets : targets.filter((target) => on.includes(target)),
      }));
    const sets = targets.map((target) => ({
      target,
      packages: packages
        .filter((one) => one.targets.includes(target))
        .map(({ name, version }) => ({ name, version, extras: [], requiredBy: [] })),
    }));
    return { packages, sets, ...this.#rest };
  }
}
