import type { JudgedClaim, StatementKind } from '../../domain/claim.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { targetText } from '../../domain/target.ts';
import type { ProvenDocument } from '../../prove/claims/judge/proven-document.ts';

export type Verdict = Evidence['verdict'];

/** How many claims came to what. */
export interface ClaimTally {
  readonly claims: number;
  readonly proven: number;
  readonly refuted: number;
  readonly unknown: number;
}

export function tallyOf(claims: readonly JudgedClaim[]): ClaimTally {
  const count = (verdict: Verdict): number => claims.filter((one) => one.verdict === verdict).length;
  return {
    claims: claims.length,
    proven: count('proven'),
    refuted: count('refuted'),
    unknown: count('unknown'),
  };
}

/** What a reader has to know first: whether it may be deployed, then what it is exposed to, then what does not run. */
const WORST_FIRST: readonly StatementKind[] = [
  ...([
    'ready',
    'all-fixed',
    'fixed',
    'no-conflicts',
    'installs',
    'image-builds',
    'imports',
    'tests-pass',
  ] as const),
  ...([
    'compatible-python',
    'compatible-package',
    'compatible-platform',
    'change',
    'removed',
    'unavailable',
  ] as const),
  ...(['vulnerable', 'latest', 'deprecated', 'memory', 'image-size', 'build-time'] as const),
];

/** The claims of one verdict, worst first, then as they stand. */
export function claimsOf(claims: readonly JudgedClaim[], verdict: Verdict): readonly JudgedClaim[] {
  const rank = ({ claim }: JudgedClaim): number => WORST_FIRST.indexOf(claim.statement.kind);
  return claims.filter((one) => one.verdict === verdict).toSorted((a, b) => rank(a) - rank(b));
}

/** The answer as JSON (schemas/prove-1.json). */
export function claimsJson(
  document: ProvenDocument,
  tool: { readonly name: string; readonly version: string | null },
): string {
  const { name, date, asOf, targets, withProject, advisories, claims } = document;
  const value = {
    schemaVersion: '1',
    tool,
    document: { name, date },
    ...{ asOf, targets: targets.map((target) => ({ text: targetText(target), readFrom: target.readFrom })) },
    ...{ withProject, advisories, tally: tallyOf(claims) },
    claims: claims.map(({ claim, verdict, because, evidence }) => ({
      ...{ id: claim.id, ...claim.at, text: claim.text, statement: claim.statement, verdict, because },
      evidence: evidence.map(({ id }) => id),
    })),
    evidence: claims.flatMap(({ evidence }) => evidence),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
