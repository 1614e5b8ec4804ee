import type { Chain } from '../../domain/finding.ts';
import type { LockedPackage, LockedSet } from '../../domain/plan.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Version } from '../../domain/version.ts';
import type { Resolution } from './resolution.ts';

/**
 * The shortest way from a requirement line to a package of a locked set, ties broken by name: the line first, then each
 * distribution at its version with the text by which it asks for the next, ending with the package itself.
 */
export async function chainTo(resolution: Resolution, lock: LockedSet, name: PackageName): Promise<Chain> {
  const target = resolution.graph.targets.indexOf(lock.target);
  const versions = new Map(lock.packages.map((p) => [p.name, p]));
  const lines = resolution.lines.filter(
    (line) => line.requirement.role === 'requirement' && line.targets.includes(target),
  );
  const lineOf = new Map(
    lines.toReversed().map((line) => [line.requirement.dependency.name, line.requirement]),
  );
  const path = shortestPath(
    name,
    (n) => lineOf.has(n),
    (n) => versions.get(n)?.requiredBy ?? [],
  );
  const links: { name: PackageName; version: Version; asks: string }[] = [];
  for (const [at, step] of path.entries()) {
    const next = path[at + 1];
    links.push({
      name: step,
      version: versions.get(step)!.version,
      asks: next === undefined ? '' : await asking(resolution, target, versions.get(step)!, next),
    });
  }
  return { requirement: lineOf.get(path[0]!) ?? null, links };
}

/** Breadth first from the package up through those that ask for it, to the first that a line asks for. */
function shortestPath(
  from: PackageName,
  isRoot: (name: PackageName) => boolean,
  askers: (name: PackageName) => readonly PackageName[],
): readonly PackageName[] {
  const paths: PackageName[][] = [[from]];
  const seen = new Set<PackageName>([from]);
  for (const path of paths) {
    if (isRoot(path[0]!)) return path;
    for (const asker of askers(path[0]!)) {
      if (seen.has(asker)) continue;
      seen.add(asker);
      paths.push([asker, ...path]);
    }
  }
  return [from];
}

/** The requirement by which a package asks for another there, its conditions decided. */
async function asking(
  { graph }: Resolution,
  target: number,
  { name, version, extras }: LockedPackage,
  child: PackageName,
): Promise<string> {
  const published = graph.pages.loaded(name)!;
  const metadata = await graph.metadata(published, published.position(version), target);
  const all = [null, ...extras].flatMap((extra) => graph.dependencies(metadata, target, extra));
  return all.find((dependency) => dependency.name === child)?.text ?? child;
}
