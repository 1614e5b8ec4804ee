import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { External, PackageId, Term } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Cause } from './cause.ts';
import { ON } from './node.ts';
import { noneOf } from './none-of.ts';
import type { Rule, StepBackFrom } from './rule.ts';

/** What a package lets another one be: `by` are its versions that have the bound, `admits` what they leave. */
export interface Cap {
  readonly parent: PackageName;
  readonly by: Term;
  readonly admits: VersionSet;
}

/** Below the newest of the versions that nobody bars, a step back is uncalled for. */
interface Step {
  readonly avoid: VersionSet;
  /** With none of these selected, that newest one is admitted. */
  readonly barring: readonly Cap[];
}

/**
 * That a package does not go back on a target but where the bound of a package asks for it which does not go back itself: then to the
 * newest version that all such bounds admit, and no further. Who bounds it is found while metadata is read, so the rule is made
 * anew under a fresh selector with every bound; rules under older selectors stay true and are no longer assumed.
 */
export class StepBack {
  readonly package: PackageId;
  readonly #rule: Rule;
  readonly #from: StepBackFrom;
  /** What the rule forbids at the most, while its own selector is on. */
  readonly #avoid: VersionSet;
  readonly #on: Term;
  readonly #newSelector: (label: string, says: string) => PackageId;
  readonly #caps = new Map<string, Cap>();
  #selector: PackageId;
  #made = 0;
  #steps: readonly Step[] | null = null;

  constructor(
    rule: Rule,
    at: { readonly package: PackageId; readonly target: number; readonly from: StepBackFrom },
    on: Term,
    newSelector: (label: string, says: string) => PackageId,
  ) {
    this.package = at.package;
    this.#rule = rule;
    this.#from = at.from;
    this.#avoid = rule.avoid[at.target]!;
    this.#on = on;
    this.#newSelector = newSelector;
    this.#selector = this.#makeSelector();
  }

  get selector(): PackageId {
    return this.#selector;
  }

  /** True where this asks for a step back in a way that was not known: what was solved before must be solved again. */
  cap(key: string, cap: Cap): boolean {
    const states = cap.by.states.minus(this.#below(cap));
    const known = this.#caps.get(key);
    if (states.isEmpty || !this.#callsBack(cap.admits)) return false;
    if (known?.by.states.equals(states) === true && known.admits.equals(cap.admits)) return false;
    this.#caps.set(key, { ...cap, by: { package: cap.by.package, states } });
    this.#made++;
    this.#selector = this.#makeSelector();
    this.#steps = null;
    return true;
  }

  rules(): readonly External<Cause>[] {
    return this.#allSteps().map(({ avoid, barring }) => ({
      kind: 'external',
      terms: [
        this.#on,
        { package: this.package, states: avoid.resized(avoid.size + 1) },
        { package: this.#selector, states: ON },
        ...noneOf(barring.map(({ by }) => by)),
      ],
      cause: { kind: 'rule', rule: this.#rule },
    }));
  }

  /** Whether a solution goes back, asked to or not. */
  goesBack({ versions }: Solved): boolean {
    return (versions.get(this.package) ?? this.#from.position) < this.#from.position;
  }

  /** Whether a solution goes back without being asked to. */
  isUncalledFor({ versions }: Solved): boolean {
    const position = versions.get(this.package);
    if (position === undefined) return false;
    const holds = ({ by }: Cap): boolean => {
      const at = versions.get(by.package);
      return at !== undefined && by.states.has(at);
    };
    return this.#allSteps().some(({ avoid, barring }) => avoid.has(position) && !barring.some(holds));
  }

  #allSteps(): readonly Step[] {
    this.#steps ??= this.#makeSteps();
    return this.#steps;
  }

  /** From the newest down; a step that says less than one before it is left out. */
  #makeSteps(): readonly Step[] {
    const steps: Step[] = [];
    const caps = [...this.#caps.values()];
    const { candidates, position, touched } = this.#from;
    for (let newest = position; newest > 0; newest--) {
      if (!candidates.has(newest)) continue;
      const barring = caps.filter(({ admits }) => !admits.has(newest));
      const avoid = this.#avoidBelow(newest);
      const isSaid = steps.some(
        (step) => avoid.isSubsetOf(step.avoid) && step.barring.every((cap) => barring.includes(cap)),
      );
      if (!avoid.isEmpty && !isSaid) steps.push({ avoid, barring });
      if (barring.length === 0 && !touched.has(newest)) break;
    }
    return steps;
  }

  /** From a version that a record touches the package may go on to any that none does. */
  #avoidBelow(newest: number): VersionSet {
    const { touched } = this.#from;
    const below = this.#avoid.intersect(VersionSet.range(this.#avoid.size, 0, newest));
    return touched.has(newest) ? below.intersect(touched) : below;
  }

  /** Versions of a parent that are themselves older than today's: they cannot excuse anybody. */
  #below({ parent, by }: Cap): VersionSet {
    return VersionSet.range(by.states.size, 0, this.#from.others.get(parent) ?? 0);
  }

  /** Whether a bound shuts out a version up to today's, and admits one below it. */
  #callsBack(admits: VersionSet): boolean {
    const upToToday = admits.intersect(VersionSet.range(admits.size, 0, this.#from.position + 1));
    return !upToToday.isEmpty && upToToday.first + upToToday.count !== this.#from.position + 1;
  }

  #makeSelector(): PackageId {
    const { id, name } = this.#rule;
    return this.#newSelector(
      `${id} of ${this.package}, ${this.#made}`,
      `${name} goes back only where a bound asks for it`,
    );
  }
}
