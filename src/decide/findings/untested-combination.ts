import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet } from '../../domain/plan.ts';
import { isForDevelopers } from './extras-for-developers.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

/**
 * Distributions whose extra bounds another one that is installed outside those bounds, though nobody asks for the extra: they
 * resolve, and their maintainers do not test them together. A warning, told once for each bound, and only of what the project
 * itself asks for: a service does not choose how its transitive packages stand to each other.
 */
export async function findUntestedCombinations(examined: Examined): Promise<readonly Found[]> {
  const found = new Map<string, Found>();
  for (const [target, lock] of examined.today.locks.entries()) {
    for (const one of await untested(examined, lock, target)) {
      if (!found.has(one.finding.id)) found.set(one.finding.id, one);
    }
  }
  return [...found.values()];
}

async function untested(examined: Examined, lock: LockedSet, target: number): Promise<readonly Found[]> {
  const { graph } = examined.resolution;
  const installed = new Map(lock.packages.map((locked) => [locked.name, locked]));
  const direct = new Set(examined.resolution.lines.map((line) => line.requirement.dependency.name));
  const found: Found[] = [];
  for (const locked of lock.packages) {
    if (!direct.has(locked.name)) continue;
    const published = graph.pages.loaded(locked.name)!;
    const metadata = await graph.metadata(published, published.position(locked.version), target);
    if (metadata.kind === 'unknown') continue;
    for (const extra of metadata.extras) {
      if (locked.extras.includes(extra) || isForDevelopers(extra)) continue;
      for (const dependency of graph.dependencies(metadata, target, extra)) {
        const other = installed.get(dependency.name);
        if (
          other === undefined ||
          !direct.has(other.name) ||
          examined.rules.contains(dependency.specifier, other.version)
        )
          continue;
        found.push(
          warning(
            examined,
            locked.name,
            extra,
            dependency.specifier.text,
            other.name,
            other.version.text,
            lock,
          ),
        );
      }
    }
  }
  return found;
}

function warning(
  examined: Examined,
  by: PackageName,
  extra: string,
  bound: string,
  name: PackageName,
  version: string,
  lock: LockedSet,
): Found {
  const { service } = examined;
  const id = findingId('untested-combination', service, by, `${name}${bound}`, version);
  const parsed = lock.packages.find((locked) => locked.name === name)!.version;
  return {
    finding: {
      kind: 'untested-combination',
      id,
      service: service.name,
      targets: [lock.target],
      message: `${by} supports ${name}${bound} (its extra "${extra}"), and ${version} is installed beside it`,
      help: null,
      problem: false,
      evidence: [`evidence:${id}`],
      name,
      version: parsed,
      by,
      extra,
      bound,
    },
    evidence: [
      evidenceOf(id, {
        claim: `${by} is made to work with ${name} ${version}`,
        verdict: 'unknown',
        how: `metadata of ${by}`,
        seen: `its extra "${extra}" asks for ${name}${bound}; nobody asks for the extra, so the bound is not enforced`,
      }),
    ],
  };
}
