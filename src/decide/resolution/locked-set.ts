import type { LockedPackage, LockedSet } from '../../domain/plan.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Graph } from './graph.ts';

/** A solution as one set per target: packages by name, each with its extras and with who asks for it. */
export async function lockedSets(graph: Graph, solved: Solved): Promise<readonly LockedSet[]> {
  return Promise.all(graph.targets.map((_, target) => lockedSet(graph, solved, target)));
}

async function lockedSet(graph: Graph, solved: Solved, target: number): Promise<LockedSet> {
  const positions = new Map<PackageName, number>();
  const extras = new Map<PackageName, string[]>();
  for (const [id, position] of solved.versions) {
    const node = graph.nodes.node(id);
    if (node.kind !== 'package' || node.target !== target) continue;
    if (node.extra === null) positions.set(node.name, position);
    else extras.set(node.name, [...(extras.get(node.name) ?? []), node.extra]);
  }
  const requiredBy = await whoAsks(graph, target, positions, extras);
  const packages = [...positions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, position]): LockedPackage => ({
      name,
      version: graph.pages.loaded(name)!.versions[position]!,
      extras: (extras.get(name) ?? []).sort(),
      requiredBy: [...(requiredBy.get(name) ?? [])].sort(),
    }));
  return { target: graph.targets[target]!, packages };
}

async function whoAsks(
  graph: Graph,
  target: number,
  positions: ReadonlyMap<PackageName, number>,
  extras: ReadonlyMap<PackageName, readonly string[]>,
): Promise<ReadonlyMap<PackageName, Set<PackageName>>> {
  const askers = new Map<PackageName, Set<PackageName>>();
  for (const [name, position] of positions) {
    const metadata = await graph.metadata(graph.pages.loaded(name)!, position, target);
    const asked = [null, ...(extras.get(name) ?? [])].flatMap((extra) =>
      graph.dependencies(metadata, target, extra),
    );
    for (const dependency of asked) {
      if (dependency.name === name) continue;
      const known = askers.get(dependency.name) ?? new Set();
      askers.set(dependency.name, known.add(name));
    }
  }
  return askers;
}
