import type { Specifier } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Change } from '../../domain/plan.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import { partAt } from '../findings/part.ts';
import { isFixed } from '../resolution/line.ts';
import type { Line } from '../resolution/line.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Term } from '../solver/incompatibility.ts';
import type { BoundedChanges } from './added-bounds.ts';
import { boundLadder } from './bound-ladder.ts';
import type { Settled } from './make-plan.ts';
import type { NeededLine } from './needed-lines.ts';

/** What has to be bounded: a package on a target, of which the plan has another version than an installer would take. */
export interface Culprit {
  readonly name: PackageName;
  readonly target: number;
  /** The versions that it must not have there, where they are known for what they are: a bound up to the first of them is enough. */
  readonly forbidden?: VersionSet;
}

/** A bound on one package: in a range line, or in a line of its own for the targets on which the plan has one version. */
interface Bound {
  readonly name: PackageName;
  readonly line: Line | null;
  readonly targets: readonly number[];
  /** Positions that the plan has there, ascending. */
  readonly planned: readonly number[];
  readonly specifier: string;
  readonly because: string;
  readonly repairs: readonly string[];
  /** The line asks for the package, for this importer (null: the service itself); absent: it bounds what comes in anyway. */
  readonly neededBy?: PackageName | null;
}

/** The changed files with bounds on top, each no tighter than it has to be. */
export class FileBounds {
  readonly #settled: Settled;
  readonly #changes: ReadonlyMap<Change['requirement'], Change>;
  readonly #bounds = new Map<string, Bound>();
  #last: { readonly key: string; readonly before: Bound | undefined } | null = null;

  constructor(settled: Settled, changes: readonly Change[]) {
    this.#settled = settled;
    this.#changes = byRequirement(changes);
  }

  /** Findings that the bounds repair. */
  get repairs(): ReadonlySet<string> {
    return new Set([...this.#bounds.values()].flatMap((bound) => bound.repairs));
  }

  /**
   * Bounds a package on the side on which an installer's version lies; where that was not enough, on both; last, to the lowest
   * version that the plan has there. False where nothing tighter is left, or the range cannot be edited.
   */
  tighten(culprit: Culprit, because: string, unbounded: Solved, repairs: readonly string[]): boolean {
    const { name } = culprit;
    const line = this.#rangeLineOf(culprit);
    if (line !== null && isFixed(line)) return false;
    const targets = line?.targets ?? this.#targetsAlike(culprit);
    const planned = this.#at(this.#settled.solution, name, targets);
    const key = `${name} ${line?.requirement.id ?? planned[0]!}`;
    const before = this.#bounds.get(key);
    const ladder = boundLadder(this.#resolution.graph.pages.loaded(name)!, {
      planned,
      there: this.#at(unbounded, name, targets),
      forbidden: culprit.forbidden ?? null,
      isOwnLine: line === null,
      publicVersion: this.#settled.scan.examined.rules.publicVersion,
    });
    const step = ladder.rungs.indexOf(before?.specifier ?? '');
    const specifier = step === -1 ? ladder.pins[0] : ladder.rungs[step + 1];
    if (specifier === undefined) return false;
    this.#last = { key, before };
    const all = [...new Set([...(before?.repairs ?? []), ...repairs])];
    const reason = before?.because ?? because;
    this.#bounds.set(key, {
      ...before,
      name,
      line,
      targets,
      planned,
      specifier,
      because: reason,
      repairs: all,
    });
    return true;
  }

  /** A line for what nobody asks for. */
  ask({ learned, name, targets, planned, specifier, because }: NeededLine, repairs: readonly string[]): void {
    const neededBy = learned.importer?.name ?? null;
    const bound = { name, line: null, targets, planned: [planned], specifier, because, repairs, neededBy };
    this.#bounds.set(`${name} ${planned}`, bound);
  }

  /** Takes the last bound back: nothing can be selected under it. */
  loosen(): void {
    if (this.#last === null) return;
    const { key, before } = this.#last;
    if (before === undefined) this.#bounds.delete(key);
    else this.#bounds.set(key, before);
    this.#last = null;
  }

  /** What the files will say, and the bounds. */
  terms(): readonly Term[] {
    const lines = this.#settled.lines.flatMap((line) => {
      const { name } = line.requirement.dependency;
      const to = this.#changes.get(line.requirement)?.to;
      return to == null || line.overriddenBy !== null
        ? line.targets.map((target) => this.#resolution.within(name, target, line.allowed.same))
        : this.#within(name, line.targets, this.#parsed(to.specifier, notationOf(line)));
    });
    const bounds = [...this.#bounds.values()].flatMap(({ name, targets, specifier, neededBy }) => [
      ...(neededBy === undefined ? [] : targets.map((target) => this.#resolution.asksAnew(name, target))),
      ...this.#within(name, targets, this.#parsed(specifier)),
    ]);
    return [...lines, ...bounds];
  }

  /** These changes with the bounds in them, those of lines in the order of the lines, then the lines to add. */
  addedTo(changes: readonly Change[]): Pick<BoundedChanges, 'changes' | 'addedFor'> {
    const byLine = byRequirement(changes);
    const bounds = [...this.#bounds.values()];
    const ofLine = new Map(bounds.map((bound) => [bound.line, bound]));
    const changed = this.#settled.lines.flatMap((line) => {
      const bound = ofLine.get(line);
      const change = byLine.get(line.requirement);
      return bound === undefined ? (change ?? []) : this.#narrowed(line, change, bound);
    });
    const once = new Map(changed.map((change) => [change.requirement, change]));
    const added = bounds
      .filter(({ line }) => line === null)
      .map((bound) => [this.#addition(bound), bound.targets] as const);
    return {
      changes: [...once.values(), ...added.map(([change]) => change)],
      addedFor: new Map(added),
    };
  }

  get #resolution(): Settled['scan']['examined']['resolution'] {
    return this.#settled.scan.examined.resolution;
  }

  #rangeLineOf({ name, target }: Culprit): Line | null {
    const line = this.#settled.lines.find(
      ({ requirement, pinned, targets, overriddenBy }) =>
        requirement.dependency.name === name &&
        pinned === null &&
        overriddenBy === null &&
        targets.includes(target),
    );
    return line ?? null;
  }

  /** Targets that have the same version; of other services only those on which no line of their own bounds the package. */
  #targetsAlike({ name, target }: Culprit): readonly number[] {
    const { solution, lines, scan } = this.#settled;
    const { columns } = partAt(scan.examined, target);
    const there = this.#resolution.selected(solution, name, target);
    const bounded = new Set(
      lines.filter((line) => line.requirement.dependency.name === name).flatMap((line) => line.targets),
    );
    return [...this.#resolution.graph.targets.keys()].filter(
      (other) =>
        this.#resolution.selected(solution, name, other) === there &&
        (columns.includes(other) || !bounded.has(other)),
    );
  }

  #at(solution: Solved, name: PackageName, targets: readonly number[]): readonly number[] {
    const positions = targets.flatMap((target) => this.#resolution.selected(solution, name, target) ?? []);
    return [...new Set(positions)].sort((a, b) => a - b);
  }

  #parsed(text: string, notation?: string): Specifier {
    const specifier = this.#settled.scan.examined.rules.parseSpecifier(text, notation);
    if ('kind' in specifier) throw new Error(`${text} does not parse: ${specifier.message}`);
    return specifier;
  }

  #within(name: PackageName, targets: readonly number[], specifier: Specifier): readonly Term[] {
    const admitted = this.#resolution.graph.pages.loaded(name)!.matching(specifier);
    return targets.map((target) => this.#resolution.within(name, target, admitted));
  }

  #narrowed(line: Line, change: Change | undefined, bound: Bound): Change {
    const { dependency } = line.requirement;
    const { rules } = this.#settled.scan.examined;
    const old = this.#parsed(change?.to?.specifier ?? dependency.specifier.text, notationOf(line));
    const planned = bound.planned.map((position) => line.published.versions[position]!);
    const to = {
      specifier: rules.narrowSpecifier(old, this.#parsed(bound.specifier), planned).text,
      version: planned.at(-1)!,
    };
    if (change !== undefined) {
      const repairs = [...new Set([...change.repairs, ...bound.repairs])];
      return { ...change, to, repairs, because: `${change.because}; ${bound.because}` };
    }
    return {
      requirement: line.requirement,
      name: bound.name,
      from: { specifier: dependency.specifier.text, version: line.current },
      to,
      size: 'same',
      repairs: bound.repairs,
      because: bound.because,
      whyNotLower: null,
    };
  }

  #addition({ name, specifier, planned, repairs, because, neededBy }: Bound): Change {
    const { versions } = this.#resolution.graph.pages.loaded(name)!;
    const to = { specifier, version: versions[planned[0]!]! };
    const added = {
      requirement: null,
      name,
      from: null,
      to,
      size: 'same',
      repairs,
      because,
      whyNotLower: null,
    } as const;
    return neededBy === undefined ? added : { ...added, neededBy };
  }
}

/** Changes hold text alone: it is in the notation of their line. */
function notationOf({ requirement }: Line): string | undefined {
  return requirement.dependency.specifier.notation;
}

function byRequirement(changes: readonly Change[]): ReadonlyMap<Change['requirement'], Change> {
  return new Map(changes.map((change) => [change.requirement, change]));
}
