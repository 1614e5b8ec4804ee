import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { External, Term } from '../solver/incompatibility.ts';
import type { Cause } from './cause.ts';
import type { Graph } from './graph.ts';
import { learnedPositions } from './learned-positions.ts';
import { ON } from './node.ts';

/**
 * What verification learned, as facts that count while one selector is on: planning assumes it, what an installer would take does not,
 * for no installer knows them. Those of an importer are given with what it asks for, once its provider's page was read.
 */
export class LearnedFacts {
  /** To be assumed by whoever plans. */
  readonly term: Term;
  readonly #graph: Graph;
  readonly #of = new Map<PackageName, LearnedBreak[]>();
  readonly #made = new Map<string, readonly External<Cause>[]>();

  constructor(graph: Graph, breaks: readonly LearnedBreak[]) {
    this.#graph = graph;
    this.term = {
      package: graph.nodes.selector('learned', 'what was learned by running counts'),
      states: ON,
    };
    for (const one of breaks)
      if (one.importer !== null)
        this.#of.set(one.importer.name, [...(this.#of.get(one.importer.name) ?? []), one]);
  }

  /** Whose pages have to be read before the facts of an importer can be made. */
  providersOf(importer: PackageName): readonly PackageName[] {
    return (this.#of.get(importer) ?? []).map(({ provider }) => provider.name);
  }

  /** The facts of an importer on a target; its page and its providers' were read. */
  factsOf(importer: PackageName, target: number): readonly External<Cause>[] {
    const breaks = this.#of.get(importer);
    if (breaks === undefined) return [];
    const key = `${target} ${importer}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const facts = breaks.flatMap((one) => this.#factOf(one, importer, target));
    this.#made.set(key, facts);
    return facts;
  }

  /** What the service's own sources cannot do without, on one of its targets. Others have no say there: those are rules. */
  neededByService(learned: LearnedBreak, target: number): readonly External<Cause>[] {
    const page = this.#graph.pages.loaded(learned.provider.name);
    const giving = page === null ? null : learnedPositions(page, learned.provider.versions);
    if (page === null || giving === null || giving.isEmpty) return [];
    return [this.#needs(learned, this.term, page, giving, target)];
  }

  #factOf(learned: LearnedBreak, importer: PackageName, target: number): readonly External<Cause>[] {
    const { pages } = this.#graph;
    const [by, of] = [pages.loaded(importer), pages.loaded(learned.provider.name)];
    if (by === null || of === null) return [];
    const asking = learnedPositions(by, learned.importer!.versions);
    const told = learnedPositions(of, learned.provider.versions);
    if (asking.isEmpty || told.isEmpty) return [];
    const cause: Cause = { kind: 'learned', learned, target: this.#graph.targets[target]! };
    if (learned.provider.name === importer) {
      const alone = learned.kind === 'forbidden' ? asking.intersect(told) : asking.minus(told);
      const terms = [this.term, this.#graph.at(importer, target, alone)];
      return alone.isEmpty ? [] : [{ kind: 'external', terms, cause }];
    }
    const here = this.#graph.at(importer, target, asking);
    if (learned.kind === 'needed') return [this.#needs(learned, here, of, told, target)];
    const there = this.#graph.at(learned.provider.name, target, told);
    return [{ kind: 'external', terms: [this.term, here, there], cause }];
  }

  /** `by` asks for the provider as metadata would. */
  #needs(
    learned: LearnedBreak,
    by: Term,
    { name }: PublishedPackage,
    giving: VersionSet,
    target: number,
  ): External<Cause> {
    const asked = this.#graph.at(name, target, giving);
    this.#graph.askedByLine(asked.package, by);
    const without = { package: asked.package, states: asked.states.complement() };
    const terms = by === this.term ? [by, without] : [this.term, by, without];
    return {
      kind: 'external',
      terms,
      cause: { kind: 'learned', learned, target: this.#graph.targets[target]! },
    };
  }
}
