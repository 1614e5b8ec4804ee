import type { Finding } from '../../domain/finding.ts';
import { isUnchecked } from '../../domain/finding.ts';
import type { Plan } from '../../domain/plan.ts';
import type { ServiceScan } from '../../decide/findings/examine.ts';
import { outcomesPlanned } from './outcome.ts';

/** Problems that a plan neither repairs nor tells the reason of: a yanked version with nothing to go to, lines that stay apart. */
export function openFindings(scan: ServiceScan, plan: Plan): readonly Finding[] {
  const outcome = outcomesPlanned(scan, plan);
  const told = new Set(
    plan.unrepaired.flatMap((one) => [one.finding, aboutText(one.name, one.advisory?.id)]),
  );
  return scan.found
    .map(({ finding }) => finding)
    .filter((finding) => finding.problem && !isUnchecked(finding) && outcome(finding) === 'open')
    .filter((finding) => !told.has(finding.id) && !told.has(subjectOf(finding)));
}

/** An advisory of a package is told once, whatever the version that is left with it. */
function subjectOf(finding: Finding): string {
  return finding.kind === 'vulnerable' ? aboutText(finding.name, finding.advisory.id) : '';
}

function aboutText(name: string, advisory: string | undefined): string {
  return JSON.stringify([name, advisory ?? null]);
}
