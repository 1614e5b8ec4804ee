import { policyRemarks, waiverStates } from '../report/policy-state.ts';
import type { PolicyLook, WaiverState } from '../report/policy-state.ts';
import { counted, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** How many advisories the policy waives, each with its reason on demand, and which rules of it do nothing. */
export function policySection(look: PolicyLook, options: ScreenOptions): string {
  const { paint, width, verbose } = options;
  const waived = waiverStates(look).filter(({ active, touches }) => active && touches.length > 0);
  const count = counted(waived.length, 'advisory', 'advisories');
  const head = `${paint.bold('waived')}  ${count}${verbose ? '' : ' (-v tells which and why)'}`;
  return [
    ...(waived.length === 0 ? [] : [head]),
    ...(verbose ? waived.map((state) => `  ${wrap(waiverText(state), width, 2, 4)}`) : []),
    ...policyRemarks(look).map((remark) => `${paint.yellow('warning')}: ${wrap(remark, width, 9, 9)}`),
  ].join('\n');
}

function waiverText({ waiver: { id, reason, until }, touches }: WaiverState): string {
  const packages = [...new Set(touches.map(({ name, version }) => `${name} ${version}`))].join(', ');
  const when = until === null ? 'without an expiry date' : `until ${until}`;
  return `${id} in ${packages}, ${when}: ${reason}`;
}
