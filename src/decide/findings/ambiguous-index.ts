import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

/**
 * Names of which lines or today's set ask and that more than one index serves: whoever owns the name on one of them can stand in
 * for the other.
 */
export function findAmbiguousIndexes(examined: Examined): readonly Found[] {
  const { service, resolution, today } = examined;
  const lines = resolution.lines.map((line) => line.requirement.dependency.name);
  const locked = today.locks.flatMap((lock) => lock.packages.map(({ name }) => name));
  return [...new Set([...lines, ...locked])].sort().flatMap((name) => {
    const indexes = resolution.graph.pages.loaded(name)?.indexes ?? [];
    if (indexes.length < 2) return [];
    const id = findingId('ambiguous-index', service, name);
    const seen = `served by ${indexes.join(' and ')}`;
    return [
      {
        finding: {
          kind: 'ambiguous-index' as const,
          id,
          service: service.name,
          targets: service.targets,
          message: `${name} is on more than one index: ${indexes.join(', ')}`,
          help: 'say which index it comes from, or use one index that serves both',
          problem: true,
          evidence: [`evidence:${id}`],
          name,
          indexes,
        },
        evidence: [
          evidenceOf(id, {
            claim: `${name} comes from one index`,
            verdict: 'refuted',
            how: 'index pages',
            seen,
          }),
        ],
      },
    ];
  });
}
