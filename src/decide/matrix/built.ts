import type { PackageName } from '../../domain/package-name.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { chainTo } from '../resolution/chain.ts';
import { lockedSets } from '../resolution/locked-set.ts';
import type { Resolution } from '../resolution/resolution.ts';
import type { Rule } from '../resolution/rule.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Hindrance } from './hindrance.ts';

/** The packages of a solution on the one target that have no wheel for it. */
export function builtIn({ graph }: Resolution, { versions }: Solved): readonly PackageName[] {
  const names: PackageName[] = [];
  for (const [id, position] of versions) {
    const node = graph.nodes.node(id);
    if (node.kind !== 'package' || node.extra !== null) continue;
    const page = graph.pages.loaded(node.name)!;
    if (page.needsBuild(graph.targets[0]!).has(position)) names.push(node.name);
  }
  return names.sort();
}

/** That a package is installed from a wheel. */
export function fromWheel({ graph }: Resolution, name: PackageName): Rule {
  const avoid = [graph.pages.loaded(name)!.needsBuild(graph.targets[0]!)];
  return { id: `build of ${name}`, name, avoid, why: { kind: 'needs-build' } };
}

/** Each package that must be built, with the line that it comes in by. */
export async function buildsOf(
  resolution: Resolution,
  solved: Solved,
  names: readonly PackageName[],
): Promise<readonly Hindrance[]> {
  if (names.length === 0) return [];
  const { graph } = resolution;
  const lock = (await lockedSets(graph, solved))[0]!;
  return Promise.all(
    names.map(async (name): Promise<Hindrance> => {
      const page = graph.pages.loaded(name)!;
      const position = resolution.selected(solved, name, 0)!;
      const { requirement, links } = await chainTo(resolution, lock, name);
      return {
        kind: 'must-be-built',
        names: [name],
        version: page.versions[position]!.text,
        requirements: requirement === null ? [] : [requirement],
        via: links.length < 2 ? [] : links.map((link) => link.name),
        why: [whyBuilt(page, position)],
      };
    }),
  );
}

function whyBuilt(page: PublishedPackage, position: number): string {
  return page.hasWheel(position) ? 'none of its wheels fits, and it has an sdist' : 'it has only an sdist';
}
