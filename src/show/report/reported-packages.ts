import type { Change, LockedSet } from '../../domain/plan.ts';
import { targetText } from '../../domain/target.ts';
import type { Examined } from '../../decide/findings/found.ts';
import type { ReportedLine, ReportedPackage } from './report.ts';

type Asked = ReadonlyMap<string, readonly ReportedLine[]>;

/** A set as the report lists it. `changes`: of the plan that gives the set; none for what is there today. */
export function reportedPackages(
  { packages, target }: LockedSet,
  examined: Examined,
  changes: readonly Change[] = [],
): readonly ReportedPackage[] {
  const asked = linesOn(targetText(target), examined, changes);
  return packages.map(({ name, version, extras, requiredBy }) => ({
    ...{ name, extras, requiredBy },
    version: version.text,
    lines: asked.get(name) ?? [],
  }));
}

/**
 * The lines that ask for each package on a target: those of today, those that a plan adds since something needs the package, and those
 * that ask for a successor from now on.
 * A bound that it adds asks for nothing: what it bounds comes in anyway. What loses its line to a plan is not in the planned set.
 */
function linesOn(target: string, { resolution }: Examined, changes: readonly Change[]): Asked {
  const at = resolution.graph.targets.findIndex((one) => targetText(one) === target);
  const standing = resolution.asking.filter(({ targets }) => targets.includes(at));
  const asked = new Map<string, readonly ReportedLine[]>();
  const add = (name: string, line: ReportedLine): void => {
    asked.set(name, [...(asked.get(name) ?? []), line]);
  };
  for (const { requirement } of standing)
    add(requirement.dependency.name, { file: requirement.span.file, line: requirement.span.line });
  for (const { name, neededBy, successor, requirement } of changes) {
    if (neededBy !== undefined) add(name, { file: null, line: null });
    if (successor === undefined || requirement === null) continue;
    const counts = resolution.lines.some(
      (line) => line.requirement.id === requirement.id && line.targets.includes(at),
    );
    if (counts) add(successor, { file: requirement.span.file, line: requirement.span.line });
  }
  return asked;
}
