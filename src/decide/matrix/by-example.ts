import type { Dependency } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Service } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { Graph } from '../resolution/graph.ts';
import type { GraphOptions } from '../resolution/graph.ts';
import { barOf } from './barred-lines.ts';
import type { WantedLine } from './barred-lines.ts';
import type { Hindrance } from './hindrance.ts';
import type { CellAnswer } from './judge-cell.ts';

/** Versions that were found to fit together on a target near by, by name: positions in their packages. */
export type Example = ReadonlyMap<PackageName, number>;

/**
 * Judges a target by a set that fits on another: where its versions, or the newest in place of those that do not install, meet every
 * line and every requirement here too, from wheels alone, that is an answer, and checking one is far less work than looking
 * for one. Null where it is none, or where anything about it is not plain: then the solver has to say.
 */
export async function judgeByExample(
  service: Service,
  target: Target,
  example: Example,
  options: GraphOptions,
): Promise<CellAnswer | null> {
  const graph = new Graph({ ...options, targets: [target] });
  const here = service.manifests
    .flatMap(({ requirements }) => requirements)
    .filter(({ dependency }) => graph.rules.applies(dependency.condition, target, []) !== 'no')
    .filter(({ dependency }) => dependency.url === null);
  await graph.pages.load(here.map(({ dependency }) => dependency.name));
  const forbids: Hindrance[] = [];
  const kept: WantedLine[] = [];
  for (const requirement of here) {
    const line = wanted(graph, requirement);
    if (line === null) return null;
    const bar = barOf(line, target);
    if (bar === null) kept.push(line);
    else forbids.push(bar);
  }
  const selected = await new Check(graph, kept, example).run();
  if (selected === null) return null;
  return { answer: forbids.length > 0 ? 'no' : 'ok', hindrances: forbids, unread: [], selected };
}

function wanted(graph: Graph, requirement: Requirement): WantedLine | null {
  const { name, specifier } = requirement.dependency;
  const published = graph.pages.loaded(name);
  if (published === null) return null;
  const pinned = graph.rules.pinnedVersion(specifier);
  return { requirement, published, pinned, allowed: { same: published.matching(specifier) } };
}

/** Follows the lines through the example, level by level, so that all files of a level are waited for together. */
class Check {
  readonly #graph: Graph;
  readonly #lines: readonly WantedLine[];
  readonly #example: Example;
  readonly #byLines = new Map<PackageName, VersionSet>();
  readonly #chosen = new Map<PackageName, number>();
  readonly #seen = new Set<string>();

  constructor(graph: Graph, lines: readonly WantedLine[], example: Example) {
    this.#graph = graph;
    this.#lines = lines;
    this.#example = example;
    for (const { requirement, published, allowed } of lines) {
      const before = this.#byLines.get(published.name) ?? allowed.same;
      this.#byLines.set(requirement.dependency.name, before.intersect(allowed.same));
    }
  }

  async run(): Promise<Example | null> {
    let level: readonly Dependency[] = this.#lines
      .filter(({ requirement }) => requirement.role === 'requirement')
      .map(({ requirement }) => requirement.dependency);
    while (level.length > 0) {
      const waiting = this.#graph.pages.load(level.map(({ name }) => name));
      if (waiting !== undefined) await waiting;
      const asked: (readonly [PublishedPackage, number, string | null])[] = [];
      for (const dependency of level) {
        const step = this.#take(dependency);
        if (step === null) return null;
        asked.push(...step);
      }
      const next = await Promise.all(asked.map((one) => this.#needs(...one)));
      if (next.includes(null)) return null;
      level = next.flatMap((dependencies) => dependencies!);
    }
    return this.#chosen;
  }

  /** What has to be read because of a requirement; null where the example does not meet it. */
  #take({
    name,
    specifier,
    extras,
  }: Dependency): readonly (readonly [PublishedPackage, number, string | null])[] | null {
    const page = this.#graph.pages.loaded(name);
    if (page === null) return null;
    const matching = page.matching(specifier);
    const position = this.#chosen.get(name) ?? this.#choose(page, matching);
    if (position === -1 || !matching.has(position)) return null;
    this.#chosen.set(name, position);
    return [null, ...extras]
      .filter((extra) => !this.#seen.has(`${name}[${extra ?? ''}]`))
      .map((extra) => {
        this.#seen.add(`${name}[${extra ?? ''}]`);
        return [page, position, extra];
      });
  }

  /** -1: there is none. Pre-releases and yanked versions only where a line pins them: who else permits them is for the solver. */
  #choose(page: PublishedPackage, matching: VersionSet): number {
    const target = this.#graph.targets[0]!;
    const byWheel = page.installable(target).minus(page.needsBuild(target));
    const byLines = this.#byLines.get(page.name);
    const possible = matching.intersect(byWheel).intersect(byLines ?? byWheel);
    const isPinned = this.#lines.some(({ published, pinned }) => pinned !== null && published === page);
    const plain = isPinned ? possible : possible.minus(page.prereleases).minus(page.yanked);
    const known = this.#example.get(page.name);
    return known !== undefined && plain.has(known) ? known : plain.last;
  }

  async #needs(
    page: PublishedPackage,
    position: number,
    extra: string | null,
  ): Promise<readonly Dependency[] | null> {
    const metadata = await this.#graph.metadata(page, position, 0);
    if (metadata.kind === 'unknown') return null;
    return this.#graph.dependencies(metadata, 0, extra).filter(({ url }) => url === null);
  }
}
