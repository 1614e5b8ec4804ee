import type { PackageName } from '../../domain/package-name.ts';
import type { Change } from '../../domain/plan.ts';
import type { Version } from '../../domain/version.ts';
import type { Line } from '../resolution/line.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Term } from '../solver/incompatibility.ts';
import type { Settled } from './make-plan.ts';

/** A bound on one package, in a line that admits more or in a line of its own. */
interface Bound {
  readonly name: PackageName;
  readonly specifier: string;
  readonly because: string;
  readonly repairs: readonly string[];
  /** Nothing tighter is left. */
  readonly tightest: boolean;
}

/** The changed files with bounds on top, each package's bound no tighter than it has to be. */
export class Bounds {
  readonly #settled: Settled;
  readonly #changes: ReadonlyMap<Change['requirement'], Change>;
  readonly #bounds = new Map<PackageName, Bound>();

  constructor(settled: Settled, changes: readonly Change[]) {
    this.#settled = settled;
    this.#changes = new Map(changes.map((change) => [change.requirement, change]));
  }

  /**
   * Bounds a package of the plan on the side on which an installer's version lies, and on both sides when that was not enough.
   * False where nothing tighter is left.
   */
  tighten(name: PackageName, because: string, unbounded: Solved, repairs: readonly string[]): boolean {
    const { resolution } = this.#settled.scan.examined;
    const before = this.#bounds.get(name);
    if (before?.tightest === true) return false;
    const targets = [...resolution.graph.targets.keys()];
    const planned = targets.flatMap(
      (target) => resolution.selected(this.#settled.solution, name, target) ?? [],
    );
    const [low, high] = [Math.min(...planned), Math.max(...planned)];
    const there = targets.flatMap((target) => resolution.selected(unbounded, name, target) ?? []);
    const { versions } = resolution.graph.pages.loaded(name)!;
    const [lowest, highest] = [versions[low]!.text, versions[high]!.text];
    const isAbove = there.some((position) => position > high);
    const isBelow = there.some((position) => position < low);
    const both = before !== undefined || isAbove === isBelow;
    const pin = low === high ? `==${lowest}` : `>=${lowest},<=${highest}`;
    const narrowed = both ? pin : isAbove ? `<=${highest}` : `>=${lowest}`;
    // A line of its own that caps is a pin: what may come below was not looked at.
    const specifier = this.#lineOf(name) === null && isAbove ? pin : narrowed;
    this.#bounds.set(name, { name, specifier, because, repairs, tightest: specifier === pin });
    return true;
  }

  /** What the files will say, and the bounds. */
  terms(): readonly Term[] {
    const { resolution, rules } = this.#settled.scan.examined;
    const lines = this.#settled.lines.flatMap((line) => {
      const to = this.#changeOf(line)?.to;
      const admitted = to == null ? line.allowed.same : line.published.matching(parsed(rules, to.specifier));
      return line.targets.map((target) =>
        resolution.within(line.requirement.dependency.name, target, admitted),
      );
    });
    const bounds = [...this.#bounds.values()].flatMap(({ name, specifier }) => {
      const admitted = resolution.graph.pages.loaded(name)!.matching(parsed(rules, specifier));
      return [...resolution.graph.targets.keys()].map((target) => resolution.within(name, target, admitted));
    });
    return [...lines, ...bounds];
  }

  /** The changes with the bounds in them, those of lines in the order of the lines, then the lines to add. */
  changes(): readonly Change[] {
    const inLines = new Map<Line, Bound>();
    const added: Bound[] = [];
    for (const bound of this.#bounds.values()) {
      const line = this.#lineOf(bound.name);
      if (line === null) added.push(bound);
      else inLines.set(line, bound);
    }
    const changed = this.#settled.lines.flatMap((line) => {
      const bound = inLines.get(line);
      const change = this.#changeOf(line);
      if (bound === undefined) return change ?? [];
      return this.#narrowed(line, change, bound);
    });
    return [...changed, ...added.map((bound) => this.#addition(bound))];
  }

  /** The first line of the package that admits more than one version. */
  #lineOf(name: PackageName): Line | null {
    const of = this.#settled.lines.filter((line) => line.requirement.dependency.name === name);
    return of.find((line) => line.pinned === null) ?? null;
  }

  #changeOf(line: Line): Change | undefined {
    return this.#changes.get(line.requirement);
  }

  #narrowed(line: Line, change: Change | undefined, bound: Bound): Change {
    const { dependency } = line.requirement;
    const text = change?.to?.specifier ?? dependency.specifier.text;
    const specifier = text === '' ? bound.specifier : `${text},${bound.specifier}`;
    const version = this.#planned(bound.name);
    if (change !== undefined)
      return {
        ...change,
        to: { specifier, version },
        repairs: [...new Set([...change.repairs, ...bound.repairs])],
        because: `${change.because}; ${bound.because}`,
      };
    return {
      requirement: line.requirement,
      name: bound.name,
      from: { specifier: dependency.specifier.text, version: line.current },
      to: { specifier, version },
      size: 'same',
      repairs: bound.repairs,
      because: bound.because,
      whyNotLower: null,
    };
  }

  #addition({ name, specifier, repairs, because }: Bound): Change {
    const to = { specifier, version: this.#planned(name) };
    return { requirement: null, name, from: null, to, size: 'same', repairs, because, whyNotLower: null };
  }

  /** The highest version that the plan selects. */
  #planned(name: PackageName): Version {
    const { graph } = this.#settled.scan.examined.resolution;
    const positions = graph.targets.flatMap(
      (_, target) =>
        this.#settled.scan.examined.resolution.selected(this.#settled.solution, name, target) ?? [],
    );
    return graph.pages.loaded(name)!.versions[Math.max(...positions)]!;
  }
}

function parsed(
  rules: Settled['scan']['examined']['rules'],
  text: string,
): Exclude<ReturnType<typeof rules.parseSpecifier>, { readonly kind: 'syntax-problem' }> {
  const specifier = rules.parseSpecifier(text);
  if ('kind' in specifier) throw new Error(`${text} does not parse: ${specifier.message}`);
  return specifier;
}
