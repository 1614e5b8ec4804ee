import type { PackageId } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Cap, StepBack } from './step-back.ts';

/** A requirement that does not admit the oldest versions, as its own package sees it: `on` is what it needs. */
interface Need {
  readonly on: PackageId;
  readonly text: string;
  readonly cap: Cap;
}

/**
 * All bounds that were read, and the rules against going back that they make exceptions of: of a package that they shut out, and
 * of one that needs something newer than they let it have.
 */
export class StepsBack {
  readonly #caps = new Map<PackageId, Map<string, Cap>>();
  readonly #needsOf = new Map<PackageId, Map<string, Need>>();
  readonly #neededBy = new Map<PackageId, Set<PackageId>>();
  readonly #of = new Map<PackageId, StepBack[]>();
  readonly #ofRule = new Map<string, StepBack[]>();

  /** Notes what a requirement lets a package be. Returns the rules that are other ones now. */
  cap(id: PackageId, text: string, cap: Cap): readonly StepBack[] {
    const key = `${cap.by.package} ${text}`;
    const changed: StepBack[] = [];
    if (shutsOutNewer(cap)) {
      put(this.#caps, id, key, cap);
      changed.push(...this.#changedBy(id, key, cap));
      for (const by of this.#neededBy.get(id) ?? [])
        for (const need of this.#needsOf.get(by)!.values())
          if (need.on === id) changed.push(...this.#changedByNeed(by, need, key, cap));
    }
    if (shutsOutOlder(cap)) {
      const [by, need] = [cap.by.package, { on: id, text, cap }];
      put(this.#needsOf, by, text, need);
      this.#neededBy.set(id, (this.#neededBy.get(id) ?? new Set()).add(by));
      for (const [other, bound] of this.#caps.get(id) ?? [])
        changed.push(...this.#changedByNeed(by, need, other, bound));
    }
    return changed;
  }

  /** From now on a rule is kept up to date with the bounds that are read, and knows those that were. */
  add(rule: string, step: StepBack): void {
    const id = step.package;
    this.#of.set(id, [...(this.#of.get(id) ?? []), step]);
    this.#ofRule.set(rule, [...(this.#ofRule.get(rule) ?? []), step]);
    for (const [key, cap] of this.#caps.get(id) ?? []) this.#changedBy(id, key, cap);
    for (const need of this.#needsOf.get(id)?.values() ?? [])
      for (const [key, cap] of this.#caps.get(need.on) ?? []) this.#changedByNeed(id, need, key, cap);
  }

  /** Every rule as it stands now. */
  get all(): readonly StepBack[] {
    return [...this.#ofRule.values()].flat();
  }

  /** Whether a solution goes back, on some target, where a rule forbids it and no bound asks for it. */
  isUncalledFor(rule: string, solved: Solved): boolean {
    return (this.#ofRule.get(rule) ?? []).some((step) => step.isUncalledFor(solved));
  }

  #changedBy(id: PackageId, key: string, cap: Cap): readonly StepBack[] {
    return (this.#of.get(id) ?? []).filter((step) => step.cap(key, cap));
  }

  /** A bound below all that versions of a package need is a bound on that package: while it counts, they cannot be selected. */
  #changedByNeed(id: PackageId, need: Need, key: string, bound: Cap): readonly StepBack[] {
    if (!this.#of.has(id) || bound.parent === need.cap.parent) return [];
    if (bound.admits.last >= need.cap.admits.first) return [];
    const { states } = need.cap.by;
    const admits = states.resized(states.size - 1).complement();
    return this.#changedBy(id, `${key} below ${need.text}`, { ...bound, admits });
  }
}

/** Whether there is a version above one that it admits and that it does not admit. */
function shutsOutNewer({ admits }: Cap): boolean {
  return !admits.isEmpty && admits.first + admits.count !== admits.size;
}

function shutsOutOlder({ admits }: Cap): boolean {
  return admits.first > 0;
}

function put<Value>(
  into: Map<PackageId, Map<string, Value>>,
  id: PackageId,
  key: string,
  value: Value,
): void {
  into.set(id, (into.get(id) ?? new Map<string, Value>()).set(key, value));
}
