import type { Service } from '../../domain/project.ts';
import type { Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

/** One thing that could not be looked at, and why. */
export interface Unchecked {
  readonly subject: string;
  readonly why: string;
  /** False: told, and no reason to fail. */
  readonly problem: boolean;
  /** What to do; nothing where it is of no weight. */
  readonly help?: string;
}

/** What to do about a package that comes by address. */
export const REFERENCE_HELP = 'look after it yourself, or ask for a release of it from the index';

/** It as a finding, so that silence about it never reads as "no problem". */
export function notChecked(service: Service, one: Unchecked): Found {
  const id = findingId('not-checked', service, one.subject);
  return {
    finding: {
      kind: 'not-checked',
      id,
      service: service.name,
      targets: service.targets,
      message: `${one.subject}: ${one.why}`,
      help: one.help ?? null,
      problem: one.problem,
      evidence: [`evidence:${id}`],
      subject: one.subject,
      why: one.why,
    },
    evidence: [
      evidenceOf(id, {
        claim: `${one.subject} is in order`,
        verdict: 'unknown',
        how: 'not checked',
        seen: one.why,
      }),
    ],
  };
}
