import { UNFINISHED } from '../../decide/plan/unrepaired.ts';
import type { PlannedWrite } from '../../change/apply-plan.ts';
import { afterText } from '../../domain/plan.ts';
import type { Change, LockedSet, Plan, Unrepaired } from '../../domain/plan.ts';
import type { Policy } from '../../domain/policy.ts';
import { targetText } from '../../domain/target.ts';
import type { ServiceScan } from '../../decide/findings/examine.ts';
import type { Examined } from '../../decide/findings/found.ts';
import type { ServicePlan } from '../../decide/plan/make-plan.ts';
import type { Ledger } from './ledger.ts';
import { counted } from './plain-text.ts';
import { postureOf, whyNotResolved } from './posture.ts';
import type { ReportedChange, ReportedLock, ReportedPlan, ReportedUnrepaired } from './report.ts';
import { linesOf, summaryOf } from './reported-finding.ts';
import { reportedPackages } from './reported-packages.ts';
import { reportedRuntime } from './reported-runtime.ts';
import { selectedVersions, versionsIn } from './selected-versions.ts';
import { resolvedSeen, unknownMetadataIn } from './unproven.ts';

const HOW = 'solver over the index metadata';

/** A plan in the shape of the report: every change, core and set gets a record of its own in the ledger. */
export function reportedPlan(
  { plan, evidence }: ServicePlan,
  scan: ServiceScan,
  listed: PlannedWrite['listed'],
  ledger: Ledger,
): ReportedPlan {
  const { policy, service } = scan.examined;
  const runtime = reportedRuntime(service, ledger);
  for (const record of evidence) ledger.add(record);
  return {
    changes: plan.changes.map((change) => reportedChange(change, plan, policy, ledger)),
    added: plan.changes.filter((change) => change.requirement === null).map((change) => change.name),
    listed: listed
      .filter((line) => line.service === plan.service)
      .map((line) => reportedListed(line, plan, ledger)),
    unrepaired: plan.unrepaired.map((one) => reportedUnrepaired(one, plan, ledger)),
    proof: reportedProof(plan, policy, ledger),
    transitive: reportedTransitive(plan, ledger),
    lock: reportedPlannedLock(plan, ledger),
    warnings: plan.warnings.map((text, at) => ({
      text,
      evidence: [
        ledger.add({
          id: recordId(plan, 'warning', String(at + 1)),
          claim: 'the plan holds without reservation',
          verdict: 'unknown',
          how: HOW,
          seen: text,
        }),
      ],
    })),
    posture: postureOf(
      scan,
      {
        name: 'planned',
        versions: versionsIn(plan.locks),
        whole: plan.locks.length > 0,
        whyNotWhole: whyNotResolved(versionsIn(plan.locks)),
        today: selectedVersions(scan.examined),
        unknownMetadata: unknownMetadataIn(scan.examined, plan.locks),
      },
      ledger,
    ),
    together: plan.together === undefined ? null : { ...plan.together },
    locks: plan.locks.map((lock) => reportedLock(lock, plan, scan.examined, ledger)),
    ...(runtime === null ? {} : { runtime }),
  };
}

function recordId(plan: Plan, ...about: readonly string[]): string {
  return ['evidence', 'plan', plan.service, ...about].join(':');
}

function reportedChange(change: Change, plan: Plan, policy: Policy, ledger: Ledger): ReportedChange {
  const { requirement, name, from, to, successor, size, because, whyNotLower, repairs } = change;
  const id = requirement?.id ?? `added ${name}`;
  const why = ledger.add({
    id: recordId(plan, 'change', id),
    claim: changeClaim(change),
    verdict: isForced(change, plan, policy) ? 'proven' : 'unknown',
    how: change.how ?? HOW,
    seen: because,
  });
  const lower =
    whyNotLower === null
      ? []
      : [
          ledger.add({
            id: recordId(plan, 'not-lower', id),
            claim: `a smaller step of ${name} is enough`,
            verdict: 'refuted',
            how: HOW,
            seen: whyNotLower,
          }),
        ];
  return {
    package: name,
    file: requirement?.span.file ?? null,
    line: requirement?.span.line ?? null,
    group: policy.groups.find((group) => group.members.includes(name))?.name ?? null,
    section:
      requirement === null
        ? 'added'
        : requirement.role === 'requirement'
          ? requirement.group
          : requirement.role,
    from: from === null ? null : { specifier: from.specifier, version: from.version?.text ?? null },
    to: to === null ? null : { specifier: to.specifier, version: to.version.text },
    ...(successor === undefined ? {} : { successor }),
    size,
    because,
    whyNotLower: whyNotLower === null ? [] : linesOf(whyNotLower),
    repairs,
    evidence: [why, ...lower],
  };
}

function reportedListed(
  { name, version, file, why }: PlannedWrite['listed'][number],
  plan: Plan,
  ledger: Ledger,
): ReportedPlan['listed'][number] {
  const record = ledger.add({
    id: recordId(plan, 'listed', file, name, version.text),
    claim: `a line for ${name} ==${version.text} has to be added to ${file}`,
    verdict: 'proven',
    how: "the planned set beside the file's lines",
    seen: why,
  });
  return { package: name, version: version.text, file, why, evidence: [record] };
}

/** Whether the change is known to be needed: the plan is proven, or there is a derivation, or the newest is wanted. */
function isForced({ whyNotLower }: Change, { proof }: Plan, { strategy }: Policy): boolean {
  return proof.proven || whyNotLower !== null || strategy === 'latest';
}

function changeClaim(change: Change): string {
  const { name, requirement, from, to, successor } = change;
  const where = requirement === null ? '' : ` (${requirement.id})`;
  if (to === null) return `${name}${where} has to go`;
  if (successor !== undefined) return `${name}${where} has to give way to ${afterText(change)}`;
  return from === null
    ? `a line for ${name} ${to.specifier} has to be added`
    : `${name}${where} has to move from ${from.version?.text ?? from.specifier} to ${to.version.text}`;
}

function reportedUnrepaired(one: Unrepaired, plan: Plan, ledger: Ledger): ReportedUnrepaired {
  const targets = one.targets.map(targetText);
  const record = ledger.add({
    id: recordId(plan, 'left', one.finding),
    claim: `some set of versions leaves ${one.name} ${withoutText(one)}, at no higher price`,
    verdict: one.because === UNFINISHED ? 'unknown' : 'refuted',
    how: HOW,
    seen: one.because,
  });
  return {
    finding: one.finding,
    kind: one.kind,
    certain: one.certain,
    package: one.name,
    advisory: one.advisory?.id ?? null,
    severity: one.advisory?.severity ?? null,
    summary: one.advisory === null ? null : summaryOf(one.advisory),
    targets,
    because: linesOf(one.because),
    waysOut: one.waysOut.map(({ kind, text }) => ({ kind, text })),
    evidence: [record],
  };
}

function withoutText({ kind, advisory }: Unrepaired): string {
  if (kind === 'yanked') return 'at no version that was yanked';
  return kind === 'needs-build' ? 'without a build from source' : `without ${advisory!.id}`;
}

function reportedProof(
  { proof, service, ...plan }: Plan,
  policy: Policy,
  ledger: Ledger,
): ReportedPlan['proof'] {
  const { proven, tiers, lowerBound, changes, reasons } = proof;
  const seen = proven
    ? `lower bound ${lowerBound}, the plan has ${changes}; proven in: ${tiers.join(', ')}`
    : `lower bound ${lowerBound}, the plan has ${changes}; the search ended before the two met`;
  const newest = policy.strategy === 'latest';
  const record = ledger.add({
    id: recordId({ ...plan, proof, service }, 'minimal'),
    claim: `no plan that leaves as little changes fewer than ${counted(changes, 'requirement line')}`,
    verdict: proven && !newest ? 'proven' : 'unknown',
    how: `${HOW}: every cheaper choice of lines contains one of the cores below`,
    seen: newest ? 'the policy asks for the newest versions, not for the fewest changes' : seen,
  });
  return {
    proven: proven && !newest,
    tiers,
    lowerBound,
    changes,
    reasons: reasons.map(linesOf),
    evidence: [record],
  };
}

function reportedPlannedLock(plan: Plan, ledger: Ledger): ReportedPlan['lock'] {
  const { lock } = plan;
  if (lock === null || !lock.rewritten) return null;
  const moves = lock.moves.map(({ name, from, to, because, repairs }) => {
    const step = `${from?.text ?? 'not there'} before, ${to?.text ?? 'not there'} after`;
    const record = ledger.add({
      id: recordId(plan, 'lock', name, from?.text ?? 'none'),
      claim: `${name} moves in ${lock.path}`,
      verdict: 'proven',
      how: 'the lock beside the planned set',
      seen: `${step}: ${because}`,
    });
    const versions = { from: from?.text ?? null, to: to?.text ?? null };
    return { package: name, ...versions, because, repairs, evidence: [record] };
  });
  return { path: lock.path, tool: lock.tool, moves };
}

function reportedTransitive(plan: Plan, ledger: Ledger): ReportedPlan['transitive'] {
  if (plan.transitiveChanges === null) return null;
  return plan.transitiveChanges.map(({ name, from, to }) => {
    const seen = `${from?.text ?? 'not there'} before, ${to?.text ?? 'not there'} after`;
    const claim = `${name} moves though no line settles its version`;
    return {
      package: name,
      from: from?.text ?? null,
      to: to?.text ?? null,
      evidence: [
        ledger.add({
          id: recordId(plan, 'transitive', name),
          claim,
          verdict: 'proven',
          how: "today's set beside the planned set",
          seen,
        }),
      ],
    };
  });
}

function reportedLock(lock: LockedSet, plan: Plan, examined: Examined, ledger: Ledger): ReportedLock {
  const target = targetText(lock.target);
  const packages = reportedPackages(lock, examined, plan.changes);
  const claim = `the planned versions resolve on ${target}`;
  const record = ledger.add({
    id: recordId(plan, 'set', target),
    claim,
    how: HOW,
    ...resolvedSeen(examined, lock),
  });
  return { target, packages, evidence: [record] };
}
