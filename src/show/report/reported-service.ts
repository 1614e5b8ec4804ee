import type { PlannedWrite } from '../../change/apply-plan.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { targetText } from '../../domain/target.ts';
import type { Target } from '../../domain/target.ts';
import type { ServiceScan } from '../../decide/findings/examine.ts';
import type { Scan } from '../../decide/findings/scan.ts';
import type { ServicePlan } from '../../decide/plan/make-plan.ts';
import type { Ledger } from './ledger.ts';
import { outcomesAfter, outcomesPlanned } from './outcome.ts';
import { counted } from './plain-text.ts';
import { postureOf, whyNotResolved } from './posture.ts';
import type { AuditedSet } from './posture.ts';
import type { ReportedAfter, ReportedFinding, ReportedService } from './report.ts';
import { reportedFinding } from './reported-finding.ts';
import { reportedPackages } from './reported-packages.ts';
import { readRecord, reportedTarget } from './reported-read.ts';
import { reportedPlan } from './reported-plan.ts';
import { troubleKeys } from './same-problem.ts';
import { selectedVersions } from './selected-versions.ts';
import { resolvedSeen, unknownMetadataIn } from './unproven.ts';

type ScannedService = Scan['services'][number];

/** One service of a report. `plan` and `after` are null as far as the job did not come to them. */
export function reportedService(
  scan: ScannedService,
  plan: (ServicePlan & Pick<PlannedWrite, 'listed'>) | null,
  after: ScannedService | null,
  ledger: Ledger,
): ReportedService {
  const { service, today } = scan.examined;
  const outcome =
    after !== null
      ? outcomesAfter(after)
      : plan !== null
        ? outcomesPlanned(scan, plan.plan)
        : (): ReportedFinding['outcome'] => 'open';
  const manifests = service.manifests.map((manifest) => ({
    file: manifest.path,
    requirements: manifest.requirements.length,
    generatedBy: manifest.generatedBy?.tool ?? null,
  }));
  const posture = postureOf(scan, setOf('today', scan), ledger);
  const reported = after === null ? null : reportedAfter(scan, after, ledger);
  const resolved = resolvedRecords(scan, '', ledger);
  return {
    name: service.name,
    manifests,
    targets: service.targets.map((target) => reportedTarget(service.name, target, ledger)),
    requirements: manifests.reduce((sum, manifest) => sum + manifest.requirements, 0),
    developmentLeftOut: service.developmentLeftOut ?? 0,
    packages: Math.max(0, ...today.locks.map((lock) => lock.packages.length)),
    today: today.locks.map((lock) => {
      const target = targetText(lock.target);
      const at = service.targets.findIndex((one) => targetText(one) === target);
      return {
        target,
        packages: reportedPackages(lock, scan.examined),
        evidence: resolved.slice(at, at + 1),
      };
    }),
    findings: scan.found.map((found) =>
      reportedFinding(found.finding, outcome(found.finding), ledger.addFound(found)),
    ),
    notes: notesOf(after ?? scan, ledger),
    posture,
    plan: plan === null ? null : reportedPlan(plan, scan, plan.listed, ledger),
    after: reported,
    evidence: [readRecord(service, ledger), ...resolved],
  };
}

/** What a service has now, to be audited under this name. */
function setOf(name: string, scan: ServiceScan): AuditedSet {
  const { examined } = scan;
  const unknownMetadata = unknownMetadataIn(examined, examined.today.locks);
  const versions = selectedVersions(examined);
  const whyNotWhole = whyNotResolved(versions);
  return { name, versions, whole: wholeToday(scan), whyNotWhole, unknownMetadata, today: versions };
}

function wholeToday({ examined }: ServiceScan): boolean {
  return examined.today.whole && examined.today.solved !== null;
}

/** Whether the lines as they are resolve on each target. */
function resolvedRecords(scan: ServiceScan, prefix: string, ledger: Ledger): readonly string[] {
  const { service } = scan.examined;
  return service.targets.map((target) => {
    const text = targetText(target);
    return ledger.add({
      id: `${prefix}evidence:resolved:${service.name}:${text}`,
      claim: `the lines as they stand resolve on ${text}`,
      how: 'solver over the index metadata',
      ...seenOn(scan, target),
    });
  });
}

function seenOn(scan: ServiceScan, target: Target): Pick<Evidence, 'verdict' | 'seen'> {
  const { conflicts, locks } = scan.examined.today;
  const lock = locks.find((one) => one.target === target);
  if (lock !== undefined && wholeToday(scan)) return resolvedSeen(scan.examined, lock);
  if (conflicts.length === 0) return { verdict: 'unknown', seen: 'no set was found within the bounds' };
  const many = counted(conflicts.length, 'conflict');
  return { verdict: 'refuted', seen: `${many} among the lines; what comes in beside them is an estimate` };
}

function notesOf({ index, examined }: ScannedService, ledger: Ledger): ReportedService['notes'] {
  return (index.warnings ?? []).map((text, at) => ({
    text,
    evidence: [
      ledger.add({
        id: `evidence:index-note:${examined.service.name}:${at + 1}`,
        claim: 'the index says nothing unusual',
        verdict: 'refuted',
        how: 'index settings and answers',
        seen: text,
      }),
    ],
  }));
}

function reportedAfter(before: ScannedService, after: ScannedService, ledger: Ledger): ReportedAfter {
  const outcome = outcomesAfter(after);
  const known = new Set(before.found.flatMap(({ finding }) => troubleKeys(finding)));
  const wasThere = (found: ScannedService['found'][number]): boolean =>
    troubleKeys(found.finding).some((key) => known.has(key));
  const problems = after.found.filter((found) => found.finding.problem);
  return {
    findings: after.found.map((found) =>
      reportedFinding(found.finding, 'open', ledger.addFound(found, 'after:')),
    ),
    fixed: before.found
      .map((found) => found.finding)
      .filter((finding) => outcome(finding) === 'fixed')
      .map((finding) => finding.id),
    left: problems.filter(wasThere).map((found) => found.finding.id),
    introduced: problems.filter((found) => !wasThere(found)).map((found) => found.finding.id),
    posture: postureOf(after, setOf('after', after), ledger),
    evidence: resolvedRecords(after, 'after:', ledger),
  };
}
