import type { Version } from '../../domain/version.ts';
import type { Audited, ServiceAudit } from './audit.ts';
import type { Found } from './found.ts';
import { withOwnIds } from './own-ids.ts';
import { findNotAudited } from './not-audited.ts';
import type { PinnedPackage } from './pinned-set.ts';
import { findUnreadable } from './unreadable.ts';
import { activeAdvisories, touchingAdvisories, vulnerable, worstFirst } from './vulnerable.ts';
import type { Touch } from './vulnerable.ts';

/** The advisories of a service's pinned set, worst first, and what could not be looked at. Those of its packages are loaded. */
export function auditService(audited: Audited): ServiceAudit {
  const found = worstFirst(audited.pinned.packages.flatMap((one) => vulnerabilities(audited, one)));
  const all = [...findUnreadable(audited), ...found, ...findNotAudited(audited)];
  return { audited, found: withOwnIds(all).map(withGroup) };
}

function vulnerabilities(audited: Audited, one: PinnedPackage): readonly Found[] {
  const touching = touchingAdvisories(audited, one);
  if (touching.length === 0) return [];
  const { name, version, targets, requirement } = one;
  const chain = { requirement, links: [{ name, version, asks: '' }] };
  const repair = { fixedBy: [], help: helpOf(audited, one, touching) };
  return touching.map((touch) => vulnerable(audited, { name, version, targets, chain }, touch, repair));
}

function helpOf(audited: Audited, one: PinnedPackage, touching: readonly Touch[]): string {
  const fix = fixNamed(audited, one, touching);
  return fix === null
    ? 'no version that a record names as a fix is free of advisories; fettle plan asks the index for one'
    : `the records name ${fix.text} as a fix, which no advisory touches; fettle plan tells whether it can be had`;
}

/** The lowest version above that records name as a fix and that no advisory of the package touches; null: there is none. */
export function fixNamed(
  audited: Pick<Audited, 'advisories' | 'policy' | 'day' | 'rules'>,
  { name, version }: Pick<PinnedPackage, 'name' | 'version'>,
  touching: readonly Touch[],
): Version | null {
  const { advisories, rules } = audited;
  const above = touching
    .flatMap(({ advisory }) => advisory.fixedIn)
    .filter((fix) => rules.compareVersions(fix, version) > 0)
    .sort((a, b) => rules.compareVersions(a, b));
  const all = activeAdvisories(audited, name);
  return above.find((fix) => all.every((advisory) => advisories.affected(advisory, fix) === 'no')) ?? null;
}

/** What only those have who work on the service. */
function withGroup(found: Found): Found {
  const { finding } = found;
  if (finding.kind !== 'vulnerable') return found;
  return finding.chain.requirement?.group === 'development'
    ? { ...found, finding: { ...finding, group: 'development' } }
    : found;
}
