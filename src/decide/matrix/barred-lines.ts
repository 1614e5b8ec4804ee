import type { Dependency } from '../../domain/dependency.ts';
import type { Target } from '../../domain/target.ts';
import type { Graph } from '../resolution/graph.ts';
import type { Line } from '../resolution/line.ts';
import type { LineLeftOut } from '../resolution/resolution.ts';
import type { Hindrance } from './hindrance.ts';

/** What of a line says which versions it admits as it is written. */
export interface WantedLine extends Pick<Line, 'requirement' | 'published' | 'pinned'> {
  readonly allowed: Pick<Line['allowed'], 'same'>;
}

/**
 * The lines that nothing can meet on the one target of a graph, whatever the others say, and those that are left. The most
 * frequent reasons are seen without a search: the line's own package, or what its pinned version needs, has no distribution.
 */
export async function withoutBarred<L extends WantedLine>(
  graph: Graph,
  lines: readonly L[],
): Promise<{ readonly forbids: readonly Hindrance[]; readonly kept: readonly L[] }> {
  const target = graph.targets[0]!;
  const bars = await Promise.all(
    lines.map(async (line) => barOf(line, target) ?? (await barOfChild(graph, line, target))),
  );
  return {
    forbids: bars.filter((bar) => bar !== null),
    kept: lines.filter((_, at) => bars[at] === null),
  };
}

/** Whether the line has a version on the target. */
export function isMet({ requirement, published, allowed }: WantedLine, target: Target): boolean {
  return requirement.role !== 'requirement' || allowed.same.intersects(published.installable(target));
}

function barOf(line: WantedLine, target: Target): Hindrance | null {
  if (isMet(line, target)) return null;
  const { requirement, published, pinned } = line;
  const { name, specifier } = requirement.dependency;
  const { same } = line.allowed;
  const about = { names: [name], requirements: [requirement], via: [], version: pinned?.text ?? null };
  if (same.isEmpty) return { kind: 'not-published', ...about, why: ['no such version is published'] };
  const { offers } = published.whyNot(same.last, target)!;
  const newest = published.versions[same.last]!.text;
  const why = pinned === null ? `no version in ${specifier.text || 'it'} (${newest}: ${offers})` : offers;
  return { kind: 'not-installable', ...about, why: [why] };
}

/** The same of what the only version of a line asks for. */
async function barOfChild(graph: Graph, line: WantedLine, target: Target): Promise<Hindrance | null> {
  const { requirement, published, allowed } = line;
  const position = allowed.same.single;
  if (requirement.role !== 'requirement' || position === -1) return null;
  const metadata = await graph.metadata(published, position, 0);
  const needs = [null, ...requirement.dependency.extras].flatMap((extra) =>
    graph.dependencies(metadata, 0, extra),
  );
  await graph.pages.load(needs.filter(({ url }) => url === null).map(({ name }) => name));
  for (const dependency of needs) {
    const why = whyNoChild(graph, dependency, target);
    if (why === null) continue;
    const { name, version } = { name: published.name, version: published.versions[position]!.text };
    return {
      kind: 'conflict',
      ...{ names: [dependency.name], version: null, requirements: [requirement], via: [] },
      why: [`${name} ${version} needs ${dependency.name}${dependency.specifier.text}, ${why}`],
    };
  }
  return null;
}

function whyNoChild(graph: Graph, { name, specifier, url }: Dependency, target: Target): string | null {
  if (url !== null) return null;
  const page = graph.pages.loaded(name);
  if (page === null) return 'which no index has';
  const matching = page.matching(specifier);
  if (matching.isEmpty) return 'of which no version is published';
  if (matching.intersects(page.installable(target))) return null;
  const newest = matching.minus(page.prereleases).isEmpty
    ? matching.last
    : matching.minus(page.prereleases).last;
  return `of which no version can be installed (${page.versions[newest]!.text}: ${page.whyNot(newest, target)!.offers})`;
}

/** Names that no index has are on no target. */
export function unknownName({ requirement, why }: LineLeftOut): Hindrance | null {
  if (why !== 'no-such-package' || requirement.role !== 'requirement') return null;
  const { name } = requirement.dependency;
  return {
    ...{ kind: 'no-such-package', names: [name], version: null, requirements: [requirement], via: [] },
    why: ['no index has a package of that name'],
  };
}
