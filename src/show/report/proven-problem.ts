import type { ReportedFinding } from './report.ts';

type Weighed = Pick<ReportedFinding, 'kind' | 'problem'> & {
  readonly advisory: { readonly certainty?: 'affected' | 'possibly' | undefined } | null;
};

/** Neither proven nor refuted: what nobody could look at, and what the records leave open. */
export function isOpen({ kind, advisory }: Omit<Weighed, 'problem'>): boolean {
  return kind === 'not-checked' || kind === 'unreadable' || advisory?.certainty === 'possibly';
}

/** What counts as a problem: what could not be proven is unknown, and never counted among them. */
export function isProvenProblem(finding: Weighed): boolean {
  return finding.problem && !isOpen(finding);
}
