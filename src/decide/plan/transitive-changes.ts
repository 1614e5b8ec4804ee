import type { Plan } from '../../domain/plan.ts';
import type { Settled } from './make-plan.ts';

/** Packages that no line asks for and that move against today's set; null where today's lines conflict, so that there is none. */
export function transitiveChanges({ scan, solution }: Settled): Plan['transitiveChanges'] {
  const { resolution, today } = scan.examined;
  if (!today.whole || today.solved === null) return null;
  const before = today.solved;
  const asked = new Set(resolution.lines.map((line) => line.requirement.dependency.name));
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
    const first = moved[0];
    if (first === undefined) return [];
    const page = resolution.graph.pages.loaded(name);
    const at = (position: number | null): NonNullable<typeof page>['versions'][number] | null =>
      position === null ? null : (page?.versions[position] ?? null);
    return [{ name, from: at(first.from), to: at(first.to) }];
  });
}
