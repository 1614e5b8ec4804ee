import type { Change, MinimalityProof } from '../../domain/plan.ts';
import { prose } from '../resolution/prose.ts';
import { placeText } from '../resolution/wording.ts';
import { TIERS } from './choices.ts';
import type { Settled } from './make-plan.ts';
import type { ReplacedLine } from './replaced-lines.ts';

const LINES = TIERS.indexOf('requirement lines changed');
const TRANSITIVES = TIERS.indexOf('transitive changes');

/**
 * How small the plan is proven to be: the tiers covered, the bound of changed lines, and why each line must move. Nothing is
 * claimed of tiers that were not looked at, nor where lines had to be narrowed after the search. Lines that were taken out before it
 * count as they are: whichever of them stays leaves its problem open.
 */
export function proofOf(settled: Settled, changes: readonly Change[]): MinimalityProof {
  const { optimum, reasons, scan, replaced } = settled;
  const { resolution, policy, today } = scan.examined;
  const lines = changes.filter((change) => change.requirement !== null).length;
  const newest = policy.strategy === 'latest';
  const skipped = new Set<string>(newest ? TIERS.slice(LINES) : today.whole ? [] : TIERS.slice(TRANSITIVES));
  const forced = [...reasons.values()].filter(
    (reason) => /^(line|ask) /.test(reason.choice) && reason.notLower !== null,
  );
  return {
    proven: optimum.kind === 'optimal' && !newest && lines === optimum.cost[LINES]! + replaced.length,
    tiers: optimum.proven.filter((tier) => !skipped.has(tier)),
    lowerBound: newest ? 0 : optimum.lowerBound[LINES]! + replaced.length,
    changes: lines,
    reasons: [
      ...forced.map((reason) => prose(resolution.graph, reason.notLower!.derivation).join('\n')),
      ...replaced.map(whyItCannotStay),
    ],
  };
}

function whyItCannotStay({ line: { requirement } }: ReplacedLine): string {
  const { writtenName } = requirement.dependency;
  return `as long as ${writtenName} is asked for in ${placeText(requirement)}, nothing can be installed: what that line selects ends its own build`;
}
