import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';
import type { Selected } from './selected.ts';
import { whereText } from './selected.ts';

/** Versions that their maintainers took back (PEP 592). */
export function findYanked(examined: Examined, selected: readonly Selected[]): readonly Found[] {
  return selected
    .filter((one) => one.published.yanked.has(one.position))
    .map((one) => {
      const { service } = examined;
      const reason = one.published.yankReason(one.position);
      const id = findingId('yanked', service, one.name, one.version.text);
      return {
        finding: {
          kind: 'yanked',
          id,
          service: service.name,
          targets: one.targets,
          message: `${one.name} ${one.version.text} was yanked${reason ? `: ${reason}` : ''}`,
          help: null,
          problem: true,
          evidence: [`evidence:${id}`],
          chain: one.chain,
          name: one.name,
          version: one.version,
          reason,
        },
        evidence: [
          evidenceOf(id, {
            claim: `${one.name} ${one.version.text} (${whereText(one.chain)}) is offered by its maintainers`,
            verdict: 'refuted',
            how: `index page of ${one.name}`,
            seen: `every file of ${one.version.text} is marked yanked${reason ? ` ("${reason}")` : ', without a reason'}`,
          }),
        ],
      };
    });
}
