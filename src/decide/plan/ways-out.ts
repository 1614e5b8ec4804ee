import type { WayOut } from '../../domain/plan.ts';
import { successorOf } from '../findings/successors.ts';
import type { Cause } from '../resolution/cause.ts';
import type { Rule } from '../resolution/rule.ts';
import type { Settled } from './make-plan.ts';
import { splitWayOut } from './split-line.ts';

/** What would repair it after all, with the price of each. */
export async function waysOut(
  settled: Settled,
  rule: Rule,
  causes: readonly Cause[],
): Promise<readonly WayOut[]> {
  const ways: (WayOut | null)[] = [
    await splitWayOut(settled, rule),
    successor(rule),
    override(rule, causes),
    newerRuntime(causes),
    relaxedPolicy(causes),
    rule.why.kind === 'advisory'
      ? { kind: 'waiver', text: `waive ${rule.why.advisory.id} until a date, with a reason, in fettle.toml` }
      : null,
  ];
  return ways.filter((way) => way !== null);
}

function successor(rule: Rule): WayOut | null {
  const known = successorOf(rule.name);
  return known === null
    ? null
    : { kind: 'successor', text: `replace ${rule.name} by ${known.name} (${known.source})` };
}

function override(rule: Rule, causes: readonly Cause[]): WayOut | null {
  const caps = causes.filter((cause) => cause.kind === 'dependency' && cause.dependency.name === rule.name);
  const cap = caps[0];
  if (cap?.kind !== 'dependency') return null;
  return {
    kind: 'override',
    text: `override ${cap.parent}'s own bound ${cap.dependency.text}, against what its maintainers declare`,
  };
}

function newerRuntime(causes: readonly Cause[]): WayOut | null {
  const bound = causes.find((cause) => cause.kind === 'not-installable');
  if (bound?.kind !== 'not-installable') return null;
  return {
    kind: 'newer-runtime',
    text: `another runtime: ${bound.name} cannot be installed on this one (${bound.why})`,
  };
}

function relaxedPolicy(causes: readonly Cause[]): WayOut | null {
  const bounds = causes.flatMap((cause) =>
    cause.kind === 'rule' && cause.rule.why.kind === 'policy' ? [cause.rule.why.text] : [],
  );
  return bounds[0] === undefined ? null : { kind: 'relax-policy', text: `relax the policy: ${bounds[0]}` };
}
