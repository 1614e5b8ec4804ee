import type { Ledger } from './ledger.ts';
import { isoDay } from './plain-text.ts';
import { policyRemarks, waiverStates } from './policy-state.ts';
import type { PolicyLook, WaiverState } from './policy-state.ts';
import type { ReportedPolicy } from './report.ts';

/** The policy in the shape of the report: what is waived and why, and which rules do nothing. */
export function reportedPolicy(look: PolicyLook, ledger: Ledger): ReportedPolicy {
  const { policy, day } = look;
  return {
    severity: policy.severity,
    strategy: policy.strategy,
    waivers: waiverStates(look).map((state) => reportedWaiver(state, day, ledger)),
    remarks: policyRemarks(look).map((text, at) => ({
      text,
      evidence: [
        ledger.add({
          id: `evidence:policy-remark:${at + 1}`,
          claim: 'every rule of the policy does something',
          verdict: 'refuted',
          how: 'the policy beside what was found',
          seen: text,
        }),
      ],
    })),
  };
}

function reportedWaiver(
  { waiver, active, touches }: WaiverState,
  day: Date,
  ledger: Ledger,
): ReportedPolicy['waivers'][number] {
  const { id, reason, until, justification } = waiver;
  const record = ledger.add({
    id: `evidence:waiver:${id}`,
    claim: `${id} is waived on ${isoDay(day)}`,
    verdict: active ? 'proven' : 'refuted',
    how: 'the policy',
    seen: `reason: ${reason}; ${until === null ? 'no expiry date' : `until ${until}`}`,
  });
  return {
    ...{ id, reason, until, active },
    ...(justification === undefined ? {} : { justification }),
    touches: touches.map(({ advisory, name, version }) => ({ advisory, package: name, version })),
    evidence: [record],
  };
}
