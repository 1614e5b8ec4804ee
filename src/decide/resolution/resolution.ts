import type { Dependency } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { Service } from '../../domain/project.ts';
import { CHANGE_SIZES } from '../../domain/version.ts';
import type { ChangeSize, Version } from '../../domain/version.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { External, Term } from '../solver/incompatibility.ts';
import type { Outcome, Solved } from '../solver/outcome.ts';
import { Solver } from '../solver/solver.ts';
import type { Bounds } from '../solver/bounds.ts';
import { askAhead } from './ask-ahead.ts';
import type { Cause } from './cause.ts';
import { Graph } from './graph.ts';
import type { GraphOptions } from './graph.ts';
import { LearnedFacts } from './learned.ts';
import { makeLine, overridden } from './line.ts';
import { heldBy, heldPositions } from './lock-hold.ts';
import type { Held } from './lock-hold.ts';
import { ON } from './node.ts';
import { keepingFirst, newestFirst } from './preference.ts';
import type { Line } from './line.ts';
import type { Rule } from './rule.ts';
import { levelText, placeText, ruleText } from './wording.ts';

/** A requirement line that cannot take part in solving, and why. */
export interface LineLeftOut {
  readonly requirement: Requirement;
  readonly why: 'no-such-package' | 'direct-reference' | 'not-on-any-target';
}

/**
 * One service's lines over its graph: everything that may be assumed or relaxed has a selector here, so that one solver answers
 * every question about the service and what it learns once serves all of them.
 */
export class Resolution {
  readonly graph: Graph;
  readonly leftOut: readonly LineLeftOut[];
  /** What a lock has on each target; null where there is none. */
  readonly held: readonly (Held | null)[];
  /** Lines whose sizes are counted from the version that their own text pins. */
  readonly lines: readonly Line[];
  readonly #solver: Solver<Cause>;
  readonly #selectors = new Set<string>();
  /** Lines that nothing can meet, by their requirements: nobody asks for them any more. */
  readonly #aside = new Set<Requirement>();

  private constructor(
    graph: Graph,
    lines: readonly Line[],
    leftOut: readonly LineLeftOut[],
    held: readonly (Held | null)[],
  ) {
    this.graph = graph;
    this.held = held;
    this.lines = lines;
    this.leftOut = leftOut;
    this.#solver = new Solver<Cause>(graph);
    for (const line of lines) this.#introduce(line);
  }

  /**
   * Reads the pages of every line, asks ahead for the rest, and lays down what the lines say. `columns` gives the targets that a
   * line can count on at all, where not every line belongs to all of them; `held` what
   * locks have there.
   */
  static async open(
    service: Pick<Service, 'manifests' | 'lock' | 'developmentLeftOut'>,
    options: GraphOptions,
    columns: (requirement: Requirement) => readonly number[] = () => [...options.targets.keys()],
    held: readonly (Held | null)[] = heldBy(service, options),
  ): Promise<Resolution> {
    const graph = new Graph({ ...options, held });
    graph.preference = newestFirst(options.targets);
    if (held.some((one) => one !== null)) await preferHeld(graph, held);
    const requirements = service.manifests.flatMap((manifest) => manifest.requirements);
    const placed = requirements.map((requirement) => ({
      requirement,
      targets: targetsOf(graph, requirement, columns(requirement)),
    }));
    for (const { requirement, targets } of placed)
      if (requirement.role === 'override' && requirement.dependency.url === null)
        graph.overrides.add(requirement, targets);
    const askable = placed.filter(
      ({ requirement, targets }) => requirement.dependency.url === null && targets.length > 0,
    );
    const roots = askable.filter(({ requirement }) => requirement.role === 'requirement');
    await Promise.all([
      graph.pages.load(askable.map(({ requirement }) => requirement.dependency.name)),
      askAhead(
        graph,
        roots.flatMap(({ requirement, targets }) =>
          targets.map((target) => ({ dependency: guessed(graph, requirement, target), target })),
        ),
      ),
    ]);
    const lines: Line[] = [];
    const leftOut: LineLeftOut[] = [];
    for (const { requirement, targets } of placed) {
      const why = whyLeftOut(graph, requirement, targets);
      if (why !== null) leftOut.push({ requirement, why });
      else {
        const published = graph.pages.loaded(requirement.dependency.name)!;
        lines.push(...linesOf(graph, makeLine(graph.rules, requirement, published, targets, null)));
      }
    }
    return new Resolution(graph, lines, leftOut, held);
  }

  /** The assumption that the line changes by at most `size`. */
  level(line: Line, size: ChangeSize): Term {
    const own = line.overriddenBy === null ? '' : ' where it is overridden';
    const label = `${line.requirement.id}${own} ${size} from ${line.current?.text ?? 'nothing'}`;
    const id = this.graph.nodes.selector(label, levelText(line.requirement, size));
    if (!this.#selectors.has(label)) {
      this.#selectors.add(label);
      if (line.overriddenBy === null)
        for (const target of line.targets) this.#solver.add(this.#levelFact(line, size, id, target));
    }
    return { package: id, states: ON };
  }

  /** The assumption that a rule is kept. */
  rule(rule: Rule): Term {
    const label = `rule ${rule.id}`;
    const id = this.graph.nodes.selector(label, ruleText(rule));
    if (!this.#selectors.has(label)) {
      this.#selectors.add(label);
      const on = { package: id, states: ON };
      for (const [target, avoid] of rule.avoid.entries()) {
        if (avoid.isEmpty) continue;
        if (rule.why.kind === 'goes-back') {
          this.graph.forbidStepBack(rule, target, rule.why.from[target]!, on);
          continue;
        }
        const terms = [on, this.graph.at(rule.name, target, avoid)];
        this.#solver.add({ kind: 'external', terms, cause: { kind: 'rule', rule } });
      }
    }
    return { package: id, states: ON };
  }

  /**
   * From now on what verification learned counts wherever `learnedTerms` are assumed. `columns`: the targets of a service, by its name
   * (null: all). Today's set has to be known before: nothing of this may have a say in it.
   */
  async learn(
    breaks: readonly LearnedBreak[],
    columns: (service: string | null) => readonly number[],
  ): Promise<void> {
    if (breaks.length === 0 || this.graph.learned !== null) return;
    const learned = new LearnedFacts(this.graph, breaks);
    const met = [...this.graph.nodes.packages()];
    const needed = breaks.filter(({ importer, kind }) => importer === null && kind === 'needed');
    await this.graph.pages.load([
      ...met.flatMap(({ name }) => learned.providersOf(name)),
      ...needed.map(({ provider }) => provider.name),
    ]);
    const facts = [
      ...met
        .filter(({ name }) => this.graph.pages.has(name))
        .flatMap(({ name, target }) => learned.factsOf(name, target)),
      ...needed.flatMap((one) =>
        columns(one.service ?? null).flatMap((target) => learned.neededByService(one, target)),
      ),
    ];
    for (const fact of facts) this.#solver.add(fact);
    this.graph.learned = learned;
  }

  /** The assumption that what was learned counts; none where nothing was. */
  get learnedTerms(): readonly Term[] {
    return this.graph.learned === null ? [] : [this.graph.learned.term];
  }

  /** The assumption that a line which no file has yet asks for a package on a target. */
  asksAnew(name: PackageName, target: number): Term {
    const label = `a new line asks for ${name} on ${target}`;
    const term = { package: this.graph.nodes.selector(label, `a new line asks for ${name}`), states: ON };
    if (this.#selectors.has(label)) return term;
    this.#selectors.add(label);
    const any = this.graph.at(name, target, VersionSet.all(this.graph.pages.loaded(name)!.versions.length));
    this.graph.askedByLine(any.package, term);
    const without = { package: any.package, states: any.states.complement() };
    const cause: Cause = { kind: 'new-line', name };
    this.#solver.add({ kind: 'external', terms: [term, without], cause });
    return term;
  }

  /** The assumption that a line asks for its package: given up, the line is as good as removed. */
  asks({ requirement }: Line): Term {
    const says = `the project asks for ${requirement.dependency.writtenName} (${placeText(requirement)})`;
    return { package: this.graph.nodes.selector(`${requirement.id} is asked for`, says), states: ON };
  }

  /** The assumption that a pin is one version on all of its targets: given up, the line is split by condition. */
  tie(line: Line): Term {
    return {
      package: this.graph.nodes.selector(
        `${line.requirement.id} is one line`,
        `${line.requirement.dependency.writtenName} is one line for all targets`,
      ),
      states: ON,
    };
  }

  /** The lines that have a tie to give up. */
  get tied(): readonly Line[] {
    return this.lines.filter((line) => line.pinned !== null && line.targets.length > 1);
  }

  /** The lines that ask for their package, without those that were set aside. */
  get asking(): readonly Line[] {
    return this.lines.filter(
      ({ requirement }) => requirement.role === 'requirement' && !this.#aside.has(requirement),
    );
  }

  /** Nothing can meet these lines: from now on the rest is resolved without them. */
  setAside(lines: readonly Line[]): void {
    for (const line of lines) this.#aside.add(line.requirement);
  }

  /** Whether the line was set aside: it binds nothing any more. */
  isAside({ requirement }: Line): boolean {
    return this.#aside.has(requirement);
  }

  /** The assumption that a package, where it is selected on a target, has one of these versions. */
  within(name: PackageName, target: number, versions: VersionSet): Term {
    const at = this.graph.at(name, target, versions);
    return { package: at.package, states: at.states.union(VersionSet.of(versions.size + 1, versions.size)) };
  }

  /**
   * What a solve assumes of permissions as they stand now, which grow while metadata is read, and of `more`. The same list as long as
   * nothing is new.
   */
  withPermissions(more: readonly Term[]): () => readonly Term[] {
    let [permissions, all] = [this.graph.permissionTerms(), null as readonly Term[] | null];
    return () => {
      const now = this.graph.permissionTerms();
      if (all === null || now !== permissions) [permissions, all] = [now, [...now, ...more]];
      return all;
    };
  }

  /** Solves under exactly these assumptions; a caller who leaves out the permissions lets every pre-release in. */
  async solveUnder(assumptions: readonly Term[], bounds: Bounds = {}): Promise<Outcome<Cause>> {
    for (const rule of this.graph.takeNewRules()) this.#solver.add(rule);
    const outcome = await this.#solver.solve(assumptions, bounds);
    if (outcome.kind === 'solved') this.graph.expelUnasked(outcome);
    return outcome;
  }

  /**
   * Solves under the assumptions, what the lines ask for, every tie and the permissions that hold in the end. Cores speak of the
   * assumptions given and of what lines ask for.
   */
  async solve(
    assumptions: readonly Term[],
    bounds: Bounds = {},
    asking: readonly Line[] = this.asking,
  ): Promise<Outcome<Cause>> {
    const asks = asking.map((line) => this.asks(line));
    const ties = this.tied.map((line) => this.tie(line));
    for (;;) {
      const { grants } = this.graph;
      const standing = [...this.graph.permissionTerms(), ...ties];
      const outcome = await this.solveUnder([...standing, ...asks, ...assumptions], bounds);
      if (this.graph.grants !== grants) continue;
      if (outcome.kind !== 'unsolvable') return outcome;
      const fixed = new Set(standing.map((term) => term.package));
      return { ...outcome, core: outcome.core.filter((term) => !fixed.has(term.package)) };
    }
  }

  /** The position selected for a package on a target, or null where it is not selected. */
  selected(solved: Solved, name: PackageName, target: number): number | null {
    return solved.versions.get(this.graph.nodes.package(name, target)) ?? null;
  }

  /** The line with its sizes counted from `current` instead of nothing (a range, once today's set is known). */
  from(line: Line, current: Version | null): Line {
    if (line.overriddenBy !== null) return line;
    return makeLine(this.graph.rules, line.requirement, line.published, line.targets, current);
  }

  #introduce(line: Line): void {
    const { requirement } = line;
    const { name, extras } = requirement.dependency;
    if (line.pinned !== null && line.targets.length > 1) this.graph.tie(line, this.tie(line));
    if (line.overriddenBy === null) this.graph.grantByLine(line, this.level(line, 'same'));
    if (requirement.role !== 'requirement') return;
    const asks = this.asks(line);
    const none = VersionSet.none(line.published.versions.length);
    for (const target of line.targets) {
      const cause: Cause = { kind: 'line', requirement, target: this.graph.targets[target]! };
      for (const extra of [null, ...extras]) {
        const absent = this.graph.at(name, target, none.complement(), extra);
        this.graph.askedByLine(absent.package, asks);
        this.#solver.add({
          kind: 'external',
          terms: [asks, { package: absent.package, states: absent.states.complement() }],
          cause,
        });
      }
    }
  }

  #levelFact(line: Line, size: ChangeSize, selector: number, target: number): External<Cause> {
    const outside = this.graph.at(line.requirement.dependency.name, target, line.allowed[size].complement());
    return {
      kind: 'external',
      terms: [{ package: selector, states: ON }, outside],
      cause: { kind: 'level', requirement: line.requirement, size },
    };
  }
}

/** What a lock has is tried first, and is let in though it is a pre-release or was yanked: installers keep it. */
async function preferHeld(graph: Graph, held: readonly (Held | null)[]): Promise<void> {
  await graph.pages.load(held.flatMap((one) => [...(one?.packages.keys() ?? [])]));
  const positions = heldPositions(held, graph.pages);
  graph.preference = keepingFirst(graph.targets, positions);
  for (const [target, known] of positions.entries())
    for (const [name, position] of known) graph.grantByLock(name, position, target);
}

/** A line, or where an override counts on some of its targets what it is there and elsewhere. */
function linesOf(graph: Graph, line: Line): readonly Line[] {
  const { dependency, role } = line.requirement;
  if (role === 'override') return [line];
  const by = (target: number): Requirement | null => graph.overrides.of(dependency.name, target);
  const [first] = line.targets.map(by).filter((one) => one !== null);
  if (first === undefined) return [line];
  const free = line.targets.filter((target) => by(target) === null);
  const bound = line.targets.filter((target) => by(target) !== null);
  return [...(free.length === 0 ? [] : [{ ...line, targets: free }]), overridden(line, first, bound)];
}

/** What a line most likely comes to on a target: where it is overridden, what the override says. */
function guessed(graph: Graph, { dependency }: Requirement, target: number): Dependency {
  const by = graph.overrides.of(dependency.name, target);
  return by === null ? dependency : { ...dependency, specifier: by.dependency.specifier };
}

function targetsOf(graph: Graph, requirement: Requirement, columns: readonly number[]): readonly number[] {
  const { condition } = requirement.dependency;
  return columns.filter((target) => {
    const decision = graph.rules.applies(condition, graph.targets[target]!, []);
    if (decision === 'unknown' && condition !== null) graph.undecided.add(condition.text);
    return decision !== 'no';
  });
}

function whyLeftOut(
  graph: Graph,
  requirement: Requirement,
  targets: readonly number[],
): LineLeftOut['why'] | null {
  if (requirement.dependency.url !== null) return 'direct-reference';
  if (targets.length === 0) return 'not-on-any-target';
  return graph.pages.loaded(requirement.dependency.name) === null ? 'no-such-package' : null;
}

/** The sizes that a line can be asked for, smallest first. */
export const LEVELS: readonly ChangeSize[] = CHANGE_SIZES;
