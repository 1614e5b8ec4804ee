import type { PackageName } from '../../domain/package-name.ts';
import type { Cause } from '../resolution/cause.ts';
import { causesOf } from '../resolution/causes.ts';
import type { Graph } from '../resolution/graph.ts';
import type { Line } from '../resolution/line.ts';
import { prose } from '../resolution/prose.ts';
import type { Incompatibility } from '../solver/incompatibility.ts';
import type { Hindrance } from './hindrance.ts';

/** A derivation told by the packages that have no distribution for the target, where it rests on some, else by those of its lines. */
export function conflictOf(
  graph: Graph,
  lines: readonly Line[],
  derivation: Incompatibility<Cause>,
): Hindrance {
  const causes = causesOf(derivation);
  const without = causes.flatMap((cause) => (cause.kind === 'not-installable' ? [cause.name] : []));
  const own = lines.map((line) => line.requirement.dependency.name);
  return {
    kind: 'conflict',
    names: unique(without.length > 0 ? without : own),
    version: null,
    requirements: lines.map((line) => line.requirement),
    via: [],
    why: prose(graph, derivation, 'unsaid'),
  };
}

function unique(names: readonly PackageName[]): readonly PackageName[] {
  return [...new Set(names)].sort();
}
