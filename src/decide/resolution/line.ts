import type { Specifier } from '../../domain/dependency.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { CHANGE_SIZES } from '../../domain/version.ts';
import type { ChangeSize, Version } from '../../domain/version.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { Ecosystem, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';

/** A requirement of the project as the solver sees it: where it counts, and what each size of change allows. */
export interface Line {
  readonly requirement: Requirement;
  /** Positions of the targets on which its condition holds (or is not decided). */
  readonly targets: readonly number[];
  readonly published: PublishedPackage;
  /** The version that it pins, or null for a range. */
  readonly pinned: Version | null;
  /** The version that sizes are counted from: the pinned one, or what a range selects today. */
  readonly current: Version | null;
  /** What may be selected when the line changes by at most that size; each holds the one before. */
  readonly allowed: Readonly<Record<ChangeSize, VersionSet>>;
  /** The override that takes the place of what the line says of versions: it asks for its package, whatever the version. */
  readonly overriddenBy: Requirement | null;
}

export type Rules = Omit<Ecosystem, 'openIndex'>;

/**
 * The versions that a line admits at each size of change. Steps are counted upwards from `current`; going back costs
 * most. A pin that was never published has no direction, so its neighbours below count by their distance as well; where
 * nothing is known to count from, every other version is a major step.
 */
export function makeLine(
  rules: Rules,
  requirement: Requirement,
  published: PublishedPackage,
  targets: readonly number[],
  current: Version | null,
): Line {
  const { specifier } = requirement.dependency;
  const pinned = rules.pinnedVersion(specifier);
  const from = pinned ?? current;
  const allowed = allowedFrom(rules, specifier, published, pinned, from);
  return { requirement, targets, published, pinned, current: from, allowed, overriddenBy: null };
}

/** Which target a line is judged on makes no difference to what it admits: a service that is judged on many asks once. */
const known = new WeakMap<PublishedPackage, Map<string, Line['allowed']>>();

function allowedFrom(
  rules: Rules,
  specifier: Specifier,
  published: PublishedPackage,
  pinned: Version | null,
  from: Version | null,
): Line['allowed'] {
  const ofPackage = known.get(published) ?? new Map<string, Line['allowed']>();
  known.set(published, ofPackage);
  const key = JSON.stringify([from?.text ?? null, specifier.text, specifier.notation ?? null]);
  const before = ofPackage.get(key);
  if (before !== undefined) return before;
  const allowed = new Reaches(rules, published, published.matching(specifier), pinned, from);
  ofPackage.set(key, allowed);
  return allowed;
}

/** What each size of change admits. Only a plan asks for more than `same`: the distances of all versions are measured then. */
class Reaches implements Readonly<Record<ChangeSize, VersionSet>> {
  readonly same: VersionSet;
  readonly #sets = new Map<ChangeSize, VersionSet>();
  readonly #ranksOfAll: () => readonly number[];
  #ranks: readonly number[] | null = null;

  constructor(
    rules: Rules,
    published: PublishedPackage,
    same: VersionSet,
    pinned: Version | null,
    from: Version | null,
  ) {
    this.same = same;
    // Nowhere published, under no local segment either.
    const unpublished = pinned !== null && same.isEmpty;
    this.#ranksOfAll = () =>
      published.versions.map((to) =>
        sizeRank(from === null ? 'major' : distance(rules, from, to, unpublished)),
      );
  }

  get post(): VersionSet {
    return this.#reach('post');
  }

  get patch(): VersionSet {
    return this.#reach('patch');
  }

  get minor(): VersionSet {
    return this.#reach('minor');
  }

  get major(): VersionSet {
    return this.#reach('major');
  }

  get downgrade(): VersionSet {
    return VersionSet.all(this.same.size);
  }

  #reach(limit: ChangeSize): VersionSet {
    const known = this.#sets.get(limit);
    if (known !== undefined) return known;
    const ranks = (this.#ranks ??= this.#ranksOfAll());
    const most = sizeRank(limit);
    const set = this.same.union(VersionSet.where(ranks.length, (p) => ranks[p]! <= most));
    this.#sets.set(limit, set);
    return set;
  }
}

/** A line on targets where an override counts: it asks for its package and bounds nothing, and there is nothing to change about it. */
export function overridden(line: Line, by: Requirement, targets: readonly number[]): Line {
  const all = VersionSet.all(line.published.versions.length);
  const allowed = { same: all, post: all, patch: all, minor: all, major: all, downgrade: all };
  return { ...line, targets, pinned: null, current: null, allowed, overriddenBy: by };
}

/** Whether no edit can move the line: it stays as it is, whatever that costs. */
export function isFixed({ requirement }: Pick<Line, 'requirement'>): boolean {
  return requirement.notEditable !== null;
}

/** The size of the change that a line makes when it selects this version. */
export function sizeAt(rules: Rules, line: Line, position: number): ChangeSize {
  const size = CHANGE_SIZES.find((candidate) => line.allowed[candidate].has(position));
  if (size === undefined) throw new Error(`${line.requirement.id} allows no size for position ${position}`);
  return size;
}

export function sizeRank(size: ChangeSize): number {
  return CHANGE_SIZES.indexOf(size);
}

function distance(rules: Rules, from: Version, to: Version, undirected: boolean): ChangeSize {
  const size = rules.changeSize(from, to);
  return undirected && size === 'downgrade' ? rules.changeSize(to, from) : size;
}
