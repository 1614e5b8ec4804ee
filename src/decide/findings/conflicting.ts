import { listed } from '../../domain/listed.ts';
import { prose } from '../resolution/prose.ts';
import type { Conflict } from '../resolution/today.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

/**
 * Lines that cannot all stay as they are. A line that conflicts with nothing but the index (its version does not exist, or cannot be
 * installed) is told by those findings, not here.
 */
export function findConflicting(examined: Examined): readonly Found[] {
  return examined.today.conflicts
    .filter((conflict) => !isAlone(examined, conflict))
    .map((conflict) => found(examined, conflict));
}

/** A single pin of which no version can be had: the finding of that very version says it. */
function isAlone(examined: Examined, conflict: Conflict): boolean {
  const [line, second] = conflict.lines;
  if (line === undefined || second !== undefined) return false;
  if (line.allowed.same.isEmpty) return true;
  const { graph } = examined.resolution;
  return (
    line.pinned !== null &&
    line.targets.some(
      (target) => !line.allowed.same.intersects(line.published.installable(graph.targets[target]!)),
    )
  );
}

function found(examined: Examined, conflict: Conflict): Found {
  const { service, resolution } = examined;
  const requirements = conflict.lines.map((line) => line.requirement);
  const names = requirements.map((requirement) => requirement.dependency.text);
  const id = findingId('conflicting', service, ...names.toSorted());
  const derivation = prose(resolution.graph, conflict.derivation).join('\n');
  const own = new Set(requirements.map((requirement) => requirement.dependency.name));
  const beside = conflict.beside
    .map((line) => line.requirement.dependency)
    .filter((dependency) => !own.has(dependency.name))
    .map((dependency) => dependency.writtenName);
  return {
    finding: {
      kind: 'conflicting',
      id,
      service: service.name,
      targets: service.targets,
      message: messageOf(names, beside),
      help: null,
      problem: true,
      evidence: [`evidence:${id}`],
      requirements,
      derivation,
    },
    evidence: [
      evidenceOf(id, {
        claim: `${listed(names)} fit together`,
        verdict: 'refuted',
        how: 'solver over the index metadata',
        seen: derivation,
      }),
    ],
  };
}

function messageOf(names: readonly string[], beside: readonly string[]): string {
  if (names.length > 1) return `${listed(names)} cannot be installed together`;
  const [name] = names;
  return beside.length === 0
    ? `${name} cannot be satisfied`
    : `${name} cannot be installed beside ${listed([...new Set(beside)])}`;
}
