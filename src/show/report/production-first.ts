import type { Finding } from '../../domain/finding.ts';
import { isOfDevelopment } from '../../domain/finding.ts';

/** What reaches production, then what only development meets; each in its order. */
export function productionFirst<F extends Finding>(findings: readonly F[]): readonly F[] {
  return [...findings.filter((one) => !isOfDevelopment(one)), ...findings.filter(isOfDevelopment)];
}
