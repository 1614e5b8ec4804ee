import type { Scan } from '../../decide/findings/scan.ts';
import type { Ledger } from './ledger.ts';
import type { ReportedUnjudged } from './report.ts';
import { serviceTitle } from '../../domain/service-title.ts';

/** Services that nobody could look at: that nothing is said of them proves nothing. */
export function reportedUnjudged(
  { unjudged }: Pick<Scan, 'unjudged'>,
  ledger: Ledger,
): readonly ReportedUnjudged[] {
  return unjudged.map(({ service: { name, manifests }, failure: { message, hint } }) => ({
    ...{ name, manifests: manifests.map(({ path }) => path), why: message, help: hint },
    evidence: [
      ledger.add({
        id: `evidence:unjudged:${name}`,
        claim: `nothing is wrong with ${serviceTitle(name)}`,
        verdict: 'unknown',
        how: 'not checked',
        seen: message,
      }),
    ],
  }));
}

/** What reports say of such a service. */
export function unjudgedText({ name, why }: ReportedUnjudged): string {
  return `${name === '.' ? 'The root service' : name}, nothing of it: ${why}`;
}
