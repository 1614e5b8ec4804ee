import type { Result, Suppression } from 'sarif';
import type { Report, ReportedFinding, ReportedService } from '../../report/report.ts';
import { findingsNow } from '../../report/markdown-text.ts';
import { standingsIn } from '../standing.ts';
import type { Standing } from '../standing.ts';
import type { Fixes } from './fixes.ts';
import { chainFlow, locationOf, wholeFile } from './locations.ts';
import { messageText } from './message.ts';
import { isUnplaced } from './notifications.ts';
import { ruleId } from './rules.ts';

/** One result a finding of the project as it stands at the end, and one, suppressed, for everything that the policy waives. */
export function results(report: Report, fixes: Fixes): readonly Result[] {
  const found = report.services.flatMap((service) =>
    findingsNow(service)
      .filter((finding) => !isUnplaced(finding))
      .map((finding) => resultOf(report, service, finding, fixes)),
  );
  const which = report.services.some(({ after }) => after !== null) ? 'after' : 'before';
  const waived = standingsIn(report, which).filter(({ state }) => state === 'waived');
  return [...found, ...waived.map((one) => waivedResult(report, one))];
}

function resultOf(report: Report, service: ReportedService, finding: ReportedFinding, fixes: Fixes): Result {
  const { kind, places, derivation, message, help } = finding;
  const [first, ...others] = places;
  const flow = chainFlow(finding);
  const text = [message, ...derivation, ...(help === null ? [] : [help])].join('\n');
  const fix = finding.outcome === 'planned' ? fixes.of(service) : [];
  return {
    ruleId: ruleId(kind, finding.advisory),
    ...weight(finding),
    message: { text: messageText(text) },
    locations: first === undefined ? [...wholeFile(service)] : [locationOf(first)],
    ...(others.length === 0 ? {} : { relatedLocations: others.map((place) => locationOf(place)) }),
    ...(flow === null ? {} : { codeFlows: [flow] }),
    partialFingerprints: { [FINGERPRINT]: finding.id },
    ...baseline(report, service, finding.id),
    ...(fix.length === 0 ? {} : { fixes: [...fix] }),
    properties: particulars(service, finding),
  };
}

/** Findings have ids that stay the same while lines move. */
const FINGERPRINT = 'fettleFinding/v1';

/** `open`: what could not be read is neither a failure nor a pass (SARIF 2.1.0, 3.27.9), and has no level then. */
function weight({ kind, problem }: ReportedFinding): Pick<Result, 'kind' | 'level'> {
  if (kind === 'unreadable') return { kind: 'open', level: 'none' };
  return { kind: 'fail', level: problem ? 'error' : 'warning' };
}

/** Known where there is something to compare with: another revision, or the project before it was repaired. */
function baseline(report: Report, { after }: ReportedService, id: string): Pick<Result, 'baselineState'> {
  if (report.baseline !== undefined) return { baselineState: 'new' };
  if (after === null) return {};
  return { baselineState: after.introduced.includes(id) ? 'new' : 'unchanged' };
}

function particulars(service: ReportedService, finding: ReportedFinding): Result['properties'] & object {
  const { id, package: name, version, severity, outcome, group, targets, fixedBy, evidence } = finding;
  return {
    id,
    service: service.name,
    package: name,
    version,
    severity,
    outcome,
    group,
    targets,
    fixedBy,
    evidence,
  };
}

function waivedResult(report: Report, standing: Standing): Result {
  const { service, package: name, version, advisory, waiver } = standing;
  const id = `waived:${service.name}:${name}:${version}:${advisory.id}`;
  const until = waiver?.until == null ? '' : ` until ${waiver.until}`;
  const suppression: Suppression = {
    kind: 'external',
    status: 'accepted',
    justification: messageText(waiver?.reason ?? ''),
  };
  return {
    ruleId: ruleId('vulnerable', advisory),
    ...{ kind: 'fail', level: 'note' },
    message: { text: messageText(`${name} ${version} has ${advisory.id}, which the policy waives${until}`) },
    locations: [...wholeFile(service)],
    partialFingerprints: { [FINGERPRINT]: id },
    suppressions: [suppression],
    ...baseline(report, service, id),
    properties: { id, service: service.name, package: name, version },
  };
}
