import { SEVERITIES } from '../../domain/advisory.ts';
import type { Advisory } from '../../domain/advisory.ts';
import type { Policy } from '../../domain/policy.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Examined, Found } from '../../decide/findings/found.ts';
import { findingId } from '../../decide/findings/found.ts';
import { isActive, isWaived } from '../../decide/findings/waived.ts';
import type { Ledger } from './ledger.ts';
import { counted } from './plain-text.ts';
import type { ReportedPosture } from './report.ts';
import type { SelectedVersion } from './selected-versions.ts';

/** A set of versions, and whether it is the whole of what would be installed. */
export interface AuditedSet {
  /** What the record is named after: "today", "planned", "after". */
  readonly name: string;
  readonly versions: readonly SelectedVersion[];
  readonly whole: boolean;
  /** Why it is not whole, where it is not; null: a finding of the service says it. */
  readonly whyNotWhole: string | null;
  /** Versions of it whose dependencies are unknown: more may come in than is seen. One sentence each. */
  readonly unknownMetadata: readonly string[];
  /** What the service has today: of its versions with unknown metadata each set tells its own. */
  readonly today: readonly SelectedVersion[];
}

/** A service as it was looked at, by a scan or by an audit. */
export interface LookedAt {
  readonly examined: Pick<Examined, 'service' | 'advisories' | 'policy' | 'day' | 'asOf'>;
  readonly found: readonly Found[];
}

/** Why the sets of a solver are not whole. */
export function whyNotResolved(versions: readonly SelectedVersion[]): string {
  return versions.length === 0
    ? 'no set of versions could be resolved'
    : 'the lines conflict, so what comes in beside them is an estimate';
}

/** What is known about the vulnerabilities of a set; silence of a source that did not answer is never taken for safety. */
export function postureOf(scan: LookedAt, set: AuditedSet, ledger: Ledger): ReportedPosture {
  const { examined } = scan;
  const touching = set.versions.flatMap((one) => touchingOf(scan, one));
  const live = touching.filter((one) => one.waiver === null);
  const advisories = live
    .toSorted((a, b) => SEVERITIES.indexOf(a.advisory.severity) - SEVERITIES.indexOf(b.advisory.severity))
    .map(({ advisory, one }) => ({
      advisory: advisory.id,
      severity: advisory.severity,
      package: one.name,
      version: one.version.text,
      finding: findingId('vulnerable', examined.service, one.name, one.version.text, advisory.id),
    }));
  const waived = touching.flatMap(({ advisory, one, waiver }) =>
    waiver === null
      ? []
      : [
          {
            advisory: advisory.id,
            package: one.name,
            version: one.version.text,
            reason: waiver.reason,
            until: waiver.until,
          },
        ],
  );
  const unknowns = [
    ...unknownsOf(scan, set),
    ...live
      .filter((one) => !one.certain)
      .map(({ advisory, one }) => `${one.name} ${one.version.text} is possibly affected by ${advisory.id}`),
  ];
  const verdict = live.some((one) => one.certain) ? 'affected' : unknowns.length > 0 ? 'unknown' : 'clean';
  const posture = {
    verdict,
    whole: set.whole,
    packages: new Set(set.versions.map((one) => one.name)).size,
    advisories,
    waived,
    unknowns,
  } as const;
  return { ...posture, evidence: [auditRecord(scan, set, posture, ledger)] };
}

interface Touching {
  readonly one: SelectedVersion;
  readonly advisory: Advisory;
  readonly certain: boolean;
  readonly waiver: Policy['ignored'][number] | null;
}

function touchingOf({ examined }: LookedAt, one: SelectedVersion): readonly Touching[] {
  return examined.advisories.about(one.name).flatMap((advisory) => {
    const stand = examined.advisories.affected(advisory, one.version);
    if (stand === 'no') return [];
    const waiver = examined.policy.ignored.find(
      (ignored) => advisory.ids.includes(ignored.id) && isActive(ignored, examined.day),
    );
    return [{ one, advisory, certain: stand === 'affected', waiver: waiver ?? null }];
  });
}

/** Advisories of a version that a waiver speaks of, whatever the day. */
export function waivedIn(
  { advisories }: Pick<Examined, 'advisories'>,
  { name, version }: SelectedVersion,
  waiver: Policy['ignored'][number],
): readonly { readonly advisory: string; readonly name: PackageName; readonly version: string }[] {
  const touching = advisories.about(name).filter((one) => advisories.affected(one, version) !== 'no');
  // A record that cannot be matched may touch any version of the package that it names.
  const unread = advisories.problems.filter((one) => one.package === name && one.kind !== 'unreadable-bound');
  return [...touching, ...unread]
    .filter(({ ids }) => ids.includes(waiver.id))
    .map(({ id }) => ({ advisory: id, name, version: version.text }));
}

function unknownsOf(scan: LookedAt, set: AuditedSet): readonly string[] {
  const { versions, whole, whyNotWhole, unknownMetadata, today } = set;
  const { advisories } = scan.examined;
  const names = new Set(versions.map((one) => one.name));
  const unanswered = [...names].filter((name) => advisories.unanswered(name) !== null);
  const few = `${unanswered.slice(0, 5).join(', ')}${unanswered.length > 5 ? ', …' : ''}`;
  // What a bound that cannot be read leaves open is told by the versions that are possibly affected.
  const unread = advisories.problems.filter(
    (one) =>
      one.kind !== 'unreadable-bound' &&
      one.package !== null &&
      names.has(one.package) &&
      !isWaived(scan.examined, one.ids),
  );
  return [
    ...(whole || whyNotWhole === null ? [] : [whyNotWhole]),
    ...advisories.sources
      .filter((source) => !source.reachable)
      .map((source) => `${source.name} did not answer: ${source.why ?? 'no reason given'}`),
    ...(unanswered.length === 0 ? [] : [`no answer about ${counted(unanswered.length, 'package')}: ${few}`]),
    ...unread.map((problem) => `${problem.id} (${problem.package}): ${problem.why}`),
    ...unknownMetadata,
    ...new Set(notLookedAt(scan, today)),
  ];
}

/** What the lines ask for and nobody could look at. */
function notLookedAt({ found }: LookedAt, versions: readonly SelectedVersion[]): readonly string[] {
  const today = new Set(versions.map((one) => `${one.name} ${one.version.text}`));
  return found.flatMap(({ finding }) => {
    if (finding.kind === 'unreadable')
      return [`${finding.at.span.file}:${finding.at.span.line}: ${finding.message}`];
    return finding.kind === 'not-checked' && finding.problem && !today.has(finding.subject)
      ? [finding.message]
      : [];
  });
}

function auditRecord(
  { examined }: LookedAt,
  set: AuditedSet,
  posture: Omit<ReportedPosture, 'evidence'>,
  ledger: Ledger,
): string {
  const { service, advisories, asOf } = examined;
  const sources = advisories.sources
    .map((source) => `${source.name}${source.date === null ? '' : ` of ${source.date.slice(0, 10)}`}`)
    .join(', ');
  const packages = new Set(posture.advisories.map((one) => one.package));
  const verdict = { clean: 'proven', affected: 'refuted', unknown: 'unknown' } as const;
  const seen = [
    posture.advisories.length === 0
      ? 'none does'
      : `${counted(posture.advisories.length, 'advisory touches', 'advisories touch')} ${[...packages].sort().join(', ')}`,
    ...(posture.waived.length === 0 ? [] : [`${posture.waived.length} more waived by the policy`]),
    ...posture.unknowns,
  ];
  return ledger.add({
    id: `evidence:audit:${service.name}:${set.name}`,
    claim: `no advisory of ${sources} touches the ${counted(posture.packages, 'package')} (${set.name})`,
    verdict: verdict[posture.verdict],
    how: 'every selected version asked against every record about its package',
    seen: seen.join('; '),
    approximate: asOf !== null,
  });
}
