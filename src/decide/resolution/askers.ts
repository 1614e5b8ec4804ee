import type { VersionSet } from '../../domain/version-set.ts';
import type { PackageId, Term } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';

/** Who asks for which package, as far as metadata was read: lines (by their selectors), versions of packages, extras. */
export class Askers {
  readonly #of = new Map<PackageId, Map<PackageId, VersionSet>>();

  /** Notes that `by` asks for a package. True where that is new. */
  add(asked: PackageId, by: Term): boolean {
    const known = this.#of.get(asked) ?? new Map<PackageId, VersionSet>();
    this.#of.set(asked, known);
    const before = known.get(by.package);
    if (before !== undefined && by.states.isSubsetOf(before)) return false;
    known.set(by.package, before === undefined ? by.states : before.union(by.states));
    return true;
  }

  /** One term for each asker of some member of a group that is no member itself. */
  outside(group: ReadonlySet<PackageId>): readonly Term[] {
    const states = new Map<PackageId, VersionSet>();
    for (const member of group) {
      for (const [by, asking] of this.#of.get(member) ?? []) {
        if (!group.has(by)) states.set(by, states.get(by)?.union(asking) ?? asking);
      }
    }
    return [...states].map(([by, asking]) => ({ package: by, states: asking }));
  }

  /** What a solution selects though no chain of askers leads to it from a root. Circles do not hold themselves up. */
  unasked(solved: Solved, isRoot: (id: PackageId) => boolean): ReadonlySet<PackageId> {
    const asks = new Map<PackageId, PackageId[]>();
    const reached: PackageId[] = [];
    const unasked = new Set<PackageId>();
    for (const id of solved.versions.keys()) {
      if (isRoot(id)) {
        reached.push(id);
        continue;
      }
      unasked.add(id);
      for (const by of this.#selectedAskers(id, solved)) {
        const asked = asks.get(by);
        if (asked === undefined) asks.set(by, [id]);
        else asked.push(id);
      }
    }
    for (let next = reached.pop(); next !== undefined; next = reached.pop()) {
      for (const id of asks.get(next) ?? []) if (unasked.delete(id)) reached.push(id);
    }
    return unasked;
  }

  /** The package, and those of a set from which it is asked for over any number of steps within the set. */
  leadingTo(id: PackageId, within: ReadonlySet<PackageId>, solved: Solved): ReadonlySet<PackageId> {
    const group = new Set([id]);
    const open = [id];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const by of this.#selectedAskers(next, solved)) {
        if (!within.has(by) || group.has(by)) continue;
        group.add(by);
        open.push(by);
      }
    }
    return group;
  }

  *#selectedAskers(id: PackageId, solved: Solved): Generator<PackageId> {
    for (const [by, states] of this.#of.get(id) ?? []) {
      const at = solved.versions.get(by);
      if (at !== undefined && states.has(at)) yield by;
    }
  }
}
