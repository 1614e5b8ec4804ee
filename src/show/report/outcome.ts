import { isUnchecked } from '../../domain/finding.ts';
import { breaksIn } from '../../domain/learned-break.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Plan } from '../../domain/plan.ts';
import type { ServiceScan } from '../../decide/findings/examine.ts';
import type { ReportedFinding } from './report.ts';
import { troubleKeys } from './same-problem.ts';
import { selectedVersions, versionsIn } from './selected-versions.ts';

type Outcome = ReportedFinding['outcome'];

/**
 * What became of a finding, once everything was read, resolved and audited again. `fixed` is said only where its absence was
 * looked at: the source of advisories answered, and the package is either still selected or known not to come in any more.
 */
export function outcomesAfter(after: ServiceScan): (finding: Finding) => Outcome {
  const { today, advisories } = after.examined;
  const left = new Set(after.found.flatMap(({ finding }) => troubleKeys(finding)));
  const selected = new Set(selectedVersions(after.examined).map((one) => one.name));
  const blind = after.found.some(({ finding }) => finding.problem && isUnchecked(finding));
  const whole = today.whole && today.solved !== null;
  return (finding) => {
    if (troubleKeys(finding).some((key) => left.has(key))) return 'open';
    if (finding.kind === 'vulnerable' && advisories.unanswered(finding.name) !== null) return 'unknown';
    const ofPackage =
      finding.kind === 'vulnerable' || finding.kind === 'yanked' || finding.kind === 'no-distribution';
    if (ofPackage && selected.has(finding.name)) return 'fixed';
    return whole && !(ofPackage && blind) ? 'fixed' : 'unknown';
  };
}

/** What a plan says of a finding before anything is written: `planned` where the planned set no longer has it. */
export function outcomesPlanned(scan: ServiceScan, plan: Plan): (finding: Finding) => Outcome {
  const { advisories } = scan.examined;
  const repaired = new Set(plan.changes.flatMap((change) => change.repairs));
  const rewritten = plan.lock?.rewritten === true ? plan.lock.path : null;
  const toBeBuilt = new Set(
    plan.unrepaired.filter((one) => one.kind === 'needs-build').map((one) => one.name),
  );
  const planned = versionsIn(plan.locks);
  const stays = (name: string, version: string): boolean =>
    planned.some((one) => one.name === name && one.version.text === version);
  const breaksInPlan = ({ learned }: Extract<Finding, { kind: 'breaks-at-import' }>): boolean =>
    plan.locks.some(({ packages }) =>
      breaksIn(learned, (name) => packages.find((one) => one.name === name)?.version.text ?? null),
    );
  const changed = new Set(plan.changes.map(({ requirement }) => requirement?.id));
  const isUnmet = ({ requirements }: Extract<Finding, { kind: 'conflicting' }>): boolean =>
    scan.examined.today.unmet
      .flatMap(({ lines }) => lines.map(({ requirement }) => requirement.id))
      .some((id) => !changed.has(id) && requirements.some((one) => one.id === id));
  const gone = (finding: Finding): boolean => {
    if (finding.kind === 'vulnerable')
      return planned.every(
        (one) => one.name !== finding.name || advisories.affected(finding.advisory, one.version) === 'no',
      );
    if (finding.kind === 'breaks-at-import') return !breaksInPlan(finding);
    if (finding.kind === 'yanked') return !stays(finding.name, finding.version.text);
    if (finding.kind === 'no-distribution')
      return !stays(finding.name, finding.version.text) && !toBeBuilt.has(finding.name);
    if (finding.kind === 'stale-lock') return finding.lock === rewritten;
    if (finding.kind === 'unavailable' || finding.kind === 'deprecated') return repaired.has(finding.id);
    // What is set aside is in the files as it was, whatever set there is without it.
    return finding.kind === 'conflicting' && !isUnmet(finding);
  };
  return (finding) => {
    if (plan.locks.length === 0 || !gone(finding)) return 'open';
    return finding.kind === 'vulnerable' && advisories.unanswered(finding.name) !== null
      ? 'unknown'
      : 'planned';
  };
}
