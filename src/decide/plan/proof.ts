import type { MinimalityProof } from '../../domain/plan.ts';
import { prose } from '../resolution/prose.ts';
import { TIERS } from './choices.ts';
import type { Settled } from './make-plan.ts';

const LINES = TIERS.indexOf('requirement lines changed');

/** How small the plan is proven to be: the tiers covered, the bound of changed lines, and why each line must move. */
export function proofOf(settled: Settled): MinimalityProof {
  const { optimum, reasons } = settled;
  const { graph } = settled.scan.examined.resolution;
  const forced = [...reasons.values()].filter(
    (reason) => reason.choice.startsWith('line ') && reason.notLower !== null,
  );
  return {
    proven: optimum.kind === 'optimal',
    tiers: optimum.proven,
    lowerBound: optimum.lowerBound[LINES]!,
    changes: optimum.cost[LINES]!,
    reasons: forced.map((reason) => prose(graph, reason.notLower!.derivation).join('\n')),
  };
}
