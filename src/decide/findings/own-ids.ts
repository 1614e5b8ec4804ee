import type { Found } from './found.ts';

/**
 * Findings of which no two share an id: the same line in two files, or one version that two targets refuse for different reasons,
 * are findings of their own. The second gets "#2" at its end, and its records with it.
 */
export function withOwnIds(all: readonly Found[]): readonly Found[] {
  const counts = new Map<string, number>();
  return all.map((found) => {
    const { id } = found.finding;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    if (count === 1) return found;
    const own = (text: string): string => `${text}#${count}`;
    return {
      finding: { ...found.finding, id: own(id), evidence: found.finding.evidence.map(own) },
      evidence: found.evidence.map((record) => ({ ...record, id: own(record.id) })),
    };
  });
}
