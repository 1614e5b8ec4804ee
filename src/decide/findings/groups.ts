import type { Finding } from '../../domain/finding.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Target } from '../../domain/target.ts';
import type { Examined, Found } from './found.ts';

/** Tells for each finding whether what it speaks of reaches production: on some target some production line leads to it. */
export function withGroups(examined: Examined, all: readonly Found[]): readonly Found[] {
  const { service, resolution, today } = examined;
  const lines = resolution.lines.map(({ requirement }) => requirement);
  // What was left out of the resolution may lead to anything, but to no package that was resolved.
  if (lines.every(({ group }) => group === 'production') && service.manifests.every(isProduction)) return all;
  const reached = new Map<Target, ReadonlySet<PackageName>>(
    service.targets.map((target, at) => [
      target,
      reachedBy(
        resolution.lines
          .filter((line) => line.targets.includes(at) && isProductionLine(line.requirement))
          .map((line) => line.requirement.dependency.name),
        today.locks[at],
      ),
    ]),
  );
  const reaches = (name: PackageName, targets: readonly Target[]): boolean =>
    targets.some((target) => reached.get(target)?.has(name) === true);
  return all.map((found) => {
    const { finding } = found;
    return isOfDevelopment(examined, finding, reaches)
      ? { ...found, finding: { ...finding, group: 'development' as const } }
      : found;
  });
}

function isProductionLine({ role, group }: Requirement): boolean {
  return role === 'requirement' && group === 'production';
}

function isProduction({ requirements }: Examined['service']['manifests'][number]): boolean {
  return requirements.every(({ group }) => group === 'production');
}

function isOfDevelopment(
  { service }: Examined,
  finding: Finding,
  reaches: (name: PackageName, targets: readonly Target[]) => boolean,
): boolean {
  switch (finding.kind) {
    case 'unavailable':
    case 'unpinned':
      return finding.requirement.group === 'development';
    case 'conflicting':
      return finding.requirements.every(({ group }) => group === 'development');
    case 'unreadable': {
      const manifest = service.manifests.find(({ path }) => path === finding.at.span.file);
      const lines = manifest?.requirements ?? [];
      return lines.length > 0 && lines.every(({ group }) => group === 'development');
    }
    case 'breaks-at-import':
      return finding.learned.importer !== null && !reaches(finding.name, finding.targets);
    case 'stale-lock':
    case 'not-checked':
      return false;
    default:
      return !reaches(finding.name, finding.targets.length === 0 ? service.targets : finding.targets);
  }
}

/** The names that lines ask for, and all that comes in with them. */
function reachedBy(asked: readonly PackageName[], lock: LockedSet | undefined): ReadonlySet<PackageName> {
  const brings = new Map<PackageName, PackageName[]>();
  for (const { name, requiredBy } of lock?.packages ?? [])
    for (const parent of requiredBy) brings.set(parent, [...(brings.get(parent) ?? []), name]);
  const reached = new Set(asked);
  for (const name of reached) for (const child of brings.get(name) ?? []) reached.add(child);
  return reached;
}
