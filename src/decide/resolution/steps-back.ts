import type { PackageId } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Cap, StepBack } from './step-back.ts';

/** All bounds that were read, and the rules against going back that they make exceptions of. */
export class StepsBack {
  readonly #caps = new Map<PackageId, Map<string, Cap>>();
  readonly #of = new Map<PackageId, StepBack[]>();
  readonly #ofRule = new Map<string, StepBack[]>();

  /** Notes a bound on a package. Returns the rules that are other ones now. */
  cap(id: PackageId, text: string, cap: Cap): readonly StepBack[] {
    if (!shutsOut(cap)) return [];
    const key = `${cap.by.package} ${text}`;
    const known = this.#caps.get(id) ?? new Map<string, Cap>();
    this.#caps.set(id, known.set(key, cap));
    return (this.#of.get(id) ?? []).filter((step) => step.cap(key, cap));
  }

  /** From now on a rule is kept up to date with the bounds that are read, and knows those that were. */
  add(rule: string, step: StepBack): void {
    for (const [key, cap] of this.#caps.get(step.package) ?? []) step.cap(key, cap);
    this.#of.set(step.package, [...(this.#of.get(step.package) ?? []), step]);
    this.#ofRule.set(rule, [...(this.#ofRule.get(rule) ?? []), step]);
  }

  /** Every rule as it stands now. */
  get all(): readonly StepBack[] {
    return [...this.#ofRule.values()].flat();
  }

  /** Whether a solution goes back, on some target, where a rule forbids it and no bound asks for it. */
  isUncalledFor(rule: string, solved: Solved): boolean {
    return (this.#ofRule.get(rule) ?? []).some((step) => step.isUncalledFor(solved));
  }
}

/** Whether there is a version above one that it admits and that it does not admit. */
function shutsOut({ admits }: Cap): boolean {
  return !admits.isEmpty && admits.first + admits.count !== admits.size;
}
