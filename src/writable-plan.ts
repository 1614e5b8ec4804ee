import { refuse, staying } from './change/refuse.ts';
import type { RefusedChange } from './change/apply-plan.ts';
import type { Planned } from './change/repaired.ts';
import { serviceTitle } from './domain/service-title.ts';
import type { ServiceVerification } from './domain/verification.ts';
import { mayBeWritten } from './prove/verification/compare.ts';

/**
 * The plan as far as it may be written after it was tried out: without the services with which something fails that is not known to have
 * failed before, and without those that would write a file of theirs. Null where nothing that would be written is left for that reason.
 */
export function writablePlan(planned: Planned, verified: readonly ServiceVerification[]): Planned | null {
  const failing = new Set(verified.filter((one) => !mayBeWritten(one)).map(({ service }) => service));
  if (failing.size === 0) return planned;
  const write = refuse(planned.scan.project, planned.write, [...failing].map(refusal));
  const stay = staying(write.refused);
  const isLeft = [...write.touched].some(([service, paths]) => paths.length > 0 && !stay.has(service));
  return isLeft ? { ...planned, write } : null;
}

function refusal(service: string): RefusedChange {
  return {
    ...{ service, change: null, subject: serviceTitle(service), triedOut: true },
    why: 'something fails with its changes that is not known to have failed before',
    hint: 'see what was tried out; without --verify it would be written',
  };
}
