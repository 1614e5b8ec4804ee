import type { UserFacingError } from '../../domain/errors.ts';
import type { Service } from '../../domain/project.ts';
import type { Found } from '../findings/found.ts';
import { notChecked } from '../findings/unchecked-finding.ts';
import type { ServicePlan } from './make-plan.ts';

/** The plan of a service for which none could be made, for planning asks an index for more than a scan does: nothing changes. */
export function unplanned({ name }: Service, failure: UserFacingError): ServicePlan {
  return {
    plan: {
      ...{ service: name, changes: [], locks: [], lock: null, unrepaired: [], warnings: [] },
      proof: { proven: false, tiers: [], lowerBound: 0, changes: 0, reasons: [] },
      transitiveChanges: null,
      unplanned: failure,
    },
    evidence: [],
  };
}

/** That nobody knows what would repair a service; nothing where it was planned. */
export function notPlanned(service: Service, { plan }: ServicePlan): readonly Found[] {
  if (plan.unplanned === undefined) return [];
  const { message: why, hint } = plan.unplanned;
  const one = { subject: `${service.name}: what would repair it`, why, problem: true };
  return [notChecked(service, hint === null ? one : { ...one, help: hint })];
}
