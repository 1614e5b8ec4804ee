import type { Plan } from '../../domain/plan.ts';
import { prose } from '../resolution/prose.ts';
import type { Cause } from '../resolution/cause.ts';
import type { Examined } from '../findings/found.ts';
import { evidenceOf } from '../findings/found.ts';
import type { ServicePlan } from './make-plan.ts';
import type { Optimum } from './optimise.ts';

/** No plan: what is assumed hard forbids every one, or the bounds were reached before any was found. */
export function impossiblePlan(
  examined: Examined,
  optimum: Extract<Optimum<Cause>, { kind: 'impossible' | 'unfinished' }>,
): ServicePlan {
  const { service, resolution } = examined;
  const why =
    optimum.kind === 'impossible'
      ? prose(resolution.graph, optimum.derivation).join('\n')
      : 'the time limit was reached before any plan was found (--time-limit)';
  const plan: Plan = {
    service: service.name,
    changes: [],
    locks: [],
    unrepaired: [],
    proof: { proven: false, tiers: [], lowerBound: 0, changes: 0, reasons: [why] },
    lock: null,
    transitiveChanges: null,
    warnings: [`no plan for ${service.name}: ${why}`],
  };
  const verdict = optimum.kind === 'impossible' ? 'refuted' : 'unknown';
  const claim = `some set of versions repairs ${service.name}`;
  return {
    plan,
    evidence: [
      evidenceOf(`plan:${service.name}`, {
        claim,
        verdict,
        how: 'solver over the index metadata',
        seen: why,
      }),
    ],
  };
}
