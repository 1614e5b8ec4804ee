import type { Audit, ServiceAudit } from '../../decide/findings/audit.ts';
import { targetText } from '../../domain/target.ts';
import type { LockedSet } from '../../domain/plan.ts';
import { judge } from './judge.ts';
import { Ledger } from './ledger.ts';
import { notRun } from './not-run.ts';
import { counted } from './plain-text.ts';
import type { PolicyLook } from './policy-state.ts';
import { isWhole } from './policy-state.ts';
import { postureOf } from './posture.ts';
import type { Report, ReportedLock, ReportedService } from './report.ts';
import { dayRecord, reportedDay } from './reported-day.ts';
import { reportedFinding } from './reported-finding.ts';
import { readRecord, reportedTarget } from './reported-read.ts';
import { reportedPolicy } from './reported-policy.ts';
import { reportedAdvisorySources, reportedNotSupported } from './reported-sources.ts';
import { verdictOf } from './verdict.ts';
import { withoutSecrets } from './without-secrets.ts';

/** The report of an audit: in the shape of every report, with claims that say no more than what was looked at. */
export function auditReportOf(audit: Audit, { version }: { readonly version?: string } = {}): Report {
  const ledger = new Ledger();
  const services = audit.services.map((service) => reportedAudit(service, ledger));
  const parts = {
    stage: 'audit',
    sources: { indexes: [], ...reportedAdvisorySources(audit.advisories, ledger) },
    policy: reportedPolicy(auditedPolicy(audit), ledger),
    services,
    notSupported: reportedNotSupported(audit.project, ledger),
    ...{ edits: [], written: null, refused: [] },
  } as const;
  const verdict = verdictOf(judge({ audit }), parts, ledger);
  ledger.add(NOT_AUDITED);
  ledger.add(notRun([]));
  ledger.add(dayRecord(audit));
  return withoutSecrets({
    schemaVersion: '1',
    tool: { name: 'fettle', version: version ?? null },
    ...reportedDay(audit),
    verdict,
    ...parts,
    evidence: ledger.records,
  });
}

const NOT_AUDITED = {
  id: 'evidence:not-audited',
  claim: 'what is pinned or locked can be had, fits its target, and fits together',
  verdict: 'unknown',
  how: 'not checked',
  seen: 'an audit asks for advisories alone, and no index; fettle scan looks at the rest',
} as const;

/** What the policy is held against: bounds of versions are no matter of an audit. */
export function auditedPolicy(audit: Audit): PolicyLook {
  const { policy, day, advisories, services } = audit;
  return {
    ...{ policy, day, advisories, met: null },
    versions: services.flatMap(({ audited }) => audited.pinned.packages),
    whole: isWhole(audit) && services.every((one) => whyNotWhole(one) === null),
  };
}

function reportedAudit(service: ServiceAudit, ledger: Ledger): ReportedService {
  const { audited, found } = service;
  const { name, targets, developmentLeftOut } = audited.service;
  const { packages, sets, manifests } = audited.pinned;
  const looked = { examined: audited, found };
  const whole = whyNotWhole(service) === null;
  const set = { name: 'today', versions: packages, today: packages, unknownMetadata: [] };
  const posture = postureOf(looked, { ...set, whole, whyNotWhole: null }, ledger);
  const today = sets.map((one) => reportedSet(one, service, ledger));
  return {
    name,
    manifests: manifests.map(({ path, requirements, generatedBy }) => ({
      ...{ file: path, requirements: requirements.length, generatedBy: generatedBy?.tool ?? null },
    })),
    targets: targets.map((target) => reportedTarget(name, target, ledger)),
    requirements: manifests.reduce((sum, { requirements }) => sum + requirements.length, 0),
    developmentLeftOut: developmentLeftOut ?? 0,
    packages: Math.max(0, ...sets.map((one) => one.packages.length)),
    today,
    findings: found.map((one) => reportedFinding(one.finding, 'open', ledger.addFound(one))),
    ...{ notes: [], posture, plan: null, after: null },
    evidence: [
      readRecord({ ...audited.service, manifests }, ledger),
      ...today.flatMap((one) => one.evidence),
    ],
  };
}

/** What of the service's set stands in no file, in a few words; null: all of it is pinned or locked. */
function whyNotWhole({ audited: { pinned, service }, found }: ServiceAudit): string | null {
  if (pinned.unpinned.length > 0) return 'some lines name no version';
  if (pinned.open.length > 0) return 'what the pins bring along is locked nowhere';
  if (pinned.references.length > 0) return 'some packages come by address';
  if (service.lock !== undefined && service.lock.outdated !== null) return 'the lock no longer fits';
  return found.some(({ finding }) => finding.kind === 'unreadable') ? 'not every line was understood' : null;
}

function reportedSet(set: LockedSet, service: ServiceAudit, ledger: Ledger): ReportedLock {
  const { audited } = service;
  const { name } = audited.service;
  const lineOf = new Map(
    audited.pinned.packages.map((one) => [`${one.name} ${one.version.text}`, one.requirement]),
  );
  const target = targetText(set.target);
  const why = whyNotWhole(service);
  const record = ledger.add({
    id: `evidence:pinned:${name}:${target}`,
    claim: `the files pin or lock all that is installed on ${target}`,
    verdict: why === null ? 'proven' : 'unknown',
    how: 'reading the files; no index was asked',
    seen: `${counted(set.packages.length, 'package')}${why === null ? '' : `; ${why}`}`,
  });
  return {
    target,
    packages: set.packages.map(({ name: of, version, extras, requiredBy }) => {
      const { file, line } = lineOf.get(`${of} ${version.text}`)!.span;
      return { name: of, version: version.text, extras, requiredBy, lines: [{ file, line }] };
    }),
    evidence: [record],
  };
}
