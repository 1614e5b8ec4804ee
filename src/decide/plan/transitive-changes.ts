import type { Plan } from '../../domain/plan.ts';
import type { Version } from '../../domain/version.ts';
import type { Settled } from './make-plan.ts';
import { settledByLines } from './rules.ts';

/** Packages that no line settles and that move against today's set, one entry for each move that targets differ in; null where today's lines conflict, so that there is none. */
export function transitiveChanges({ scan, solution }: Settled): Plan['transitiveChanges'] {
  const { resolution, today } = scan.examined;
  if (!today.whole || today.solved === null) return null;
  const before = today.solved;
  const asked = settledByLines(resolution);
  const names = [...new Set([...resolution.graph.nodes.packages()].map((node) => node.name))]
    .filter((name) => !asked.has(name))
    .sort();
  return names.flatMap((name) => {
    const moved = resolution.graph.targets.flatMap((_, target) => {
      const [from, to] = [
        resolution.selected(before, name, target),
        resolution.selected(solution, name, target),
      ];
      return from === to ? [] : [{ from, to }];
    });
    if (moved.length === 0) return [];
    const { versions } = resolution.graph.pages.loaded(name)!;
    const at = (position: number | null): Version | null => (position === null ? null : versions[position]!);
    const unlike = new Map(
      moved.map(({ from, to }) => [`${from} ${to}`, { name, from: at(from), to: at(to) }]),
    );
    return [...unlike.values()];
  });
}
