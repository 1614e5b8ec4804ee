import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

/** Lines and files that were not understood: what they ask for is unknown. */
export function findUnreadable({ service }: Pick<Examined, 'service'>): readonly Found[] {
  return [...service.manifests, ...(service.lock === undefined ? [] : [service.lock])]
    .flatMap(({ unreadable }) => unreadable)
    .map((unreadable) => {
      const { span } = unreadable.at;
      const id = findingId('unreadable', service, span.file, unreadable.at.sourceLine.trim());
      return {
        finding: {
          kind: 'unreadable',
          id,
          service: service.name,
          targets: service.targets,
          message: unreadable.message,
          help: unreadable.hint,
          problem: true,
          evidence: [`evidence:${id}`],
          at: unreadable.at,
        },
        evidence: [
          evidenceOf(id, {
            claim: `${span.file}:${span.line} says what the service needs`,
            verdict: 'unknown',
            how: `the file ${span.file}`,
            seen: unreadable.message,
          }),
        ],
      };
    });
}
