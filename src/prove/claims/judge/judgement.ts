import type { Claim, JudgedClaim, Statement } from '../../../domain/claim.ts';
import type { Evidence } from '../../../domain/evidence.ts';
import { listed as listedWhole } from '../../../domain/listed.ts';

export type Verdict = Evidence['verdict'];

/** A record before it has its id. */
export type Seen = Pick<Evidence, 'verdict' | 'how' | 'seen'> & {
  readonly claim?: string;
  readonly approximate?: boolean;
};

/** What came of a statement. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly because: string;
  readonly records: readonly Seen[];
}

export type StatementOf<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>;

/** A judgement that rests on one record. */
export function judged(verdict: Verdict, because: string, how: string, seen: string = because): Judgement {
  return { verdict, because, records: [{ verdict, how, seen }] };
}

export function unknown(because: string, how: string): Judgement {
  return judged('unknown', because, how);
}

/** The claim with its verdict; every record has an id of its own and says what it was about. */
export function judgedClaim(claim: Claim, { verdict, because, records }: Judgement): JudgedClaim {
  const evidence = records.map((record, at) => ({
    id: `evidence:claim:${claim.id}${at === 0 ? '' : `:${at + 1}`}`,
    claim: record.claim ?? claim.text,
    verdict: record.verdict,
    how: record.how,
    seen: record.seen,
    approximate: record.approximate ?? false,
  }));
  return { claim, verdict, because: sentence(because), evidence };
}

function sentence(text: string): string {
  const capital = /^[a-z]+ /.test(text) ? text : text;
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

const FEW = 5;

/** "a, b and c", or the first few of many. */
export function listed(items: readonly string[], most = FEW): string {
  const shown = items.slice(0, most);
  if (items.length > shown.length) return `${shown.join(', ')} and ${items.length - shown.length} more`;
  return listedWhole(shown);
}
