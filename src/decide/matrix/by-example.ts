import { UserFacingError } from '../../domain/errors.ts';
import type { Dependency, Specifier } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Service } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { Graph } from '../resolution/graph.ts';
import type { GraphOptions } from '../resolution/graph.ts';
import { withoutBarred } from './barred-lines.ts';
import type { WantedLine } from './barred-lines.ts';
import type { CellAnswer } from './judge-cell.ts';

/** Versions that were found to fit together on a target near by, by name: positions in their packages. */
export type Example = ReadonlyMap<PackageName, number>;

/**
 * Judges a target by a set that fits on another: where its versions, or the newest in place of those that do not install, meet every
 * line and every requirement here too, from wheels alone, that is an answer, and checking one is far less work than looking
 * for one. Null where it is none, or where anything about it is not plain: then the solver has to say.
 */
export async function judgeByExample(...question: Parameters<typeof checked>): Promise<CellAnswer | null> {
  try {
    return await checked(...question);
  } catch (error) {
    // A guess that cannot be looked up is no failure: what is needed is asked for again.
    if (error instanceof UserFacingError) return null;
    throw error;
  }
}

async function checked(
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
  const lines = here.map((requirement) => wanted(graph, requirement)).filter((line) => line !== null);
  if (lines.length < here.length) return null;
  const { forbids, kept } = await withoutBarred(graph, lines);
  const check = new Check(graph, kept, example);
  const selected = await check.run();
  if (selected === null || (forbids.length === 0 && !check.isPlain)) return null;
  return { answer: forbids.length > 0 ? 'no' : 'ok', hindrances: forbids, unread: [], selected };
}

function wanted(graph: Graph, requirement: Requirement): WantedLine | null {
  const { name, specifier } = requirement.dependency;
  const published = graph.pages.loaded(name);
  if (published === null) return null;
  const pinned = graph.rules.pinnedVersion(specifier);
  return { requirement, published, pinned, allowed: { same: published.matching(specifier) } };
}

const MOST_TRIES = 16;

/** Follows the lines through the example, level by level, so that all files of a level are waited for together. */
class Check {
  readonly #graph: Graph;
  readonly #lines: readonly WantedLine[];
  readonly #example: Example;
  readonly #byLines = new Map<PackageName, VersionSet>();
  readonly #texts = new Map<PackageName, Specifier[]>();
  readonly #chosen = new Map<PackageName, number>();
  readonly #seen = new Set<string>();
  /** False: something must be built, or what it needs could not be read. Where lines are barred that makes no difference. */
  isPlain = true;
  /** What was asked of a package so far, by all who did. */
  readonly #taken = new Map<PackageName, VersionSet>();
  #narrowings = 0;

  constructor(graph: Graph, lines: readonly WantedLine[], example: Example) {
    this.#graph = graph;
    this.#lines = lines;
    this.#example = example;
    for (const { requirement, published, allowed } of lines) {
      const before = this.#byLines.get(published.name) ?? allowed.same;
      this.#byLines.set(published.name, before.intersect(allowed.same));
      const { specifier } = requirement.dependency;
      this.#texts.set(published.name, [...(this.#texts.get(published.name) ?? []), specifier]);
    }
  }

  /** Where two ask differently of one package, it is tried again with what both take: the check of the end is the same. */
  async run(): Promise<Example | null> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      this.#chosen.clear();
      this.#seen.clear();
      this.isPlain = true;
      const before = this.#narrowings;
      const found = await this.#walk();
      if (found !== null || this.#narrowings === before) return found;
    }
    return null;
  }

  async #walk(): Promise<Example | null> {
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
      level = next.flat();
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
    const position = this.#chosen.get(name) ?? this.#choose(page, specifier);
    if (position === -1) return null;
    if (!matching.has(position)) {
      const both = (this.#byLines.get(name) ?? this.#taken.get(name) ?? matching).intersect(matching);
      if (!both.isEmpty) this.#narrowings++;
      this.#byLines.set(name, both);
      return null;
    }
    this.#taken.set(name, this.#taken.get(name)?.intersect(matching) ?? matching);
    this.#chosen.set(name, position);
    return [null, ...extras]
      .filter((extra) => !this.#seen.has(`${name}[${extra ?? ''}]`))
      .map((extra) => {
        this.#seen.add(`${name}[${extra ?? ''}]`);
        return [page, position, extra];
      });
  }

  /** -1: there is none. Pre-releases and yanked versions where the text of who asks permits them; who else does is for the solver. */
  #choose(page: PublishedPackage, specifier: Specifier): number {
    const { rules } = this.#graph;
    const target = this.#graph.targets[0]!;
    const texts = [specifier, ...(this.#texts.get(page.name) ?? [])];
    const finals = page.installable(target).minus(page.prereleases).minus(page.yanked);
    const byLines = this.#byLines.get(page.name) ?? page.installable(target);
    let possible = page.matching(specifier).intersect(byLines).intersect(page.installable(target));
    if (!finals.isEmpty && !texts.some((text) => rules.mentionsPrerelease(text)))
      possible = possible.minus(page.prereleases);
    if (!texts.some((text) => rules.pinnedVersion(text) !== null)) possible = possible.minus(page.yanked);
    const byWheel = possible.minus(page.needsBuild(target));
    if (byWheel.isEmpty) this.isPlain = false;
    const usable = byWheel.isEmpty ? possible : byWheel;
    const known = this.#example.get(page.name);
    return known !== undefined && usable.has(known) ? known : usable.last;
  }

  async #needs(
    page: PublishedPackage,
    position: number,
    extra: string | null,
  ): Promise<readonly Dependency[]> {
    const metadata = await this.#graph.metadata(page, position, 0);
    if (metadata.kind === 'unknown') this.isPlain = false;
    return this.#graph.dependencies(metadata, 0, extra).filter(({ url }) => url === null);
  }
}
