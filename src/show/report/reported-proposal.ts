import type { Proposed } from '../../ship/forges/propose.ts';
import type { Report } from './report.ts';

/** What became of a proposal, and the report of the plan, as `fettle pr --json` prints it (docs/pull-requests.md). */
export function pullRequestJson(
  proposed: Proposed | null,
  { dryRun, report }: { readonly dryRun: boolean; readonly report: Report },
): string {
  const value = {
    schemaVersion: '1',
    dryRun,
    action: proposed === null ? 'not-proposed' : proposed.decision.kind,
    why: proposed !== null && 'why' in proposed.decision ? proposed.decision.why : null,
    branch: proposed?.branch ?? null,
    base: proposed?.base ?? null,
    proposal: proposed?.proposal ? { id: proposed.proposal.id, url: proposed.proposal.url } : null,
    report,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
