import type { Finding } from '../../domain/finding.ts';
import type { Change, LockedSet, MinimalityProof, Plan } from '../../domain/plan.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Version } from '../../domain/version.ts';
import type { ServiceScan } from '../findings/examine.ts';
import type { Line } from '../resolution/line.ts';
import { placeText } from '../resolution/wording.ts';
import { TIERS } from './choices.ts';
import type { EndedLine } from './ended-lines.ts';
import type { ServicePlan } from './make-plan.ts';
import { requirementsOf } from './sharing.ts';
import { transitiveChanges } from './transitive-changes.ts';

const TRANSITIVES = TIERS.slice(TIERS.indexOf('transitive changes')) as readonly string[];

/**
 * A plan that was made as if the lines asked for their successors, told of the service as it is: what changes is the lines that stand in
 * its files, and what is repaired what was found in it. `untold`: those of the lines that the proof does not count yet, by their ids.
 */
export function asItStands(
  { plan, ...made }: ServicePlan,
  scan: ServiceScan,
  ended: readonly EndedLine[],
  untold: ReadonlyMap<string, EndedLine>,
): ServicePlan {
  const standing = requirementsOf(scan.examined.service);
  const known = new Set(scan.found.map(({ finding }) => finding.id));
  const given = new Set(ended.map(({ requirement }) => requirement.id));
  const others = plan.changes
    .filter(({ requirement }) => requirement === null || !given.has(requirement.id))
    .map((change) => ({ ...change, repairs: change.repairs.filter((id) => known.has(id)) }));
  const own = ended.map((one) =>
    changeOf(
      one,
      scan,
      plan,
      plan.changes.find((change) => change.requirement?.id === one.requirement.id),
    ),
  );
  const order = [...standing.keys()];
  const rank = ({ requirement }: Change): number =>
    requirement === null ? order.length : order.indexOf(requirement.id);
  const told: Plan = {
    ...plan,
    changes: [...others, ...own].sort((a, b) => rank(a) - rank(b)),
    proof: proofWith(plan.proof, [...untold.values()]),
    transitiveChanges: transitiveChanges(scan.examined, plan.locks),
  };
  return { ...made, plan: told };
}

function changeOf(one: EndedLine, scan: ServiceScan, plan: Plan, planned: Change | undefined): Change {
  const { requirement, successor, known, why, askedBy } = one;
  const { dependency } = requirement;
  const lines = scan.examined.resolution.lines.filter((line) => line.requirement.id === requirement.id);
  const shared = {
    requirement,
    name: dependency.name,
    from: { specifier: dependency.specifier.text, version: lines[0]?.current ?? null },
    repairs: repairedBy(scan, requirement).map(({ id }) => id),
    how: `index page of ${dependency.name}; ${known.source}`,
  };
  const takesOver = `${why}; its successor ${successor} (${known.source})`;
  if (askedBy.length > 0)
    return {
      ...{ ...shared, to: null, size: 'downgrade', whyNotLower: null },
      because: `${takesOver} is asked for in ${askedBy.map(placeText).join(' and ')}`,
    };
  const at = planned?.from?.version?.text ?? dependency.specifier.text;
  const moved = planned === undefined ? '' : `; not at ${at}: ${planned.because}`;
  return {
    ...{ ...shared, successor },
    to: successorAsked(one, scan, plan, lines, planned),
    // Another package is as much as the largest step.
    size: planned?.size === 'downgrade' ? 'downgrade' : 'major',
    because: `${takesOver} gives the same modules (${known.dropIn.source})${moved}`,
    whyNotLower: planned?.whyNotLower ?? null,
  };
}

/** What the line asks for of the successor. A pin of other numbers was planned as no pin at all, and is one of what was found. */
function successorAsked(
  { requirement, successor, known }: EndedLine,
  { examined }: ServiceScan,
  { locks }: Plan,
  lines: readonly Line[],
  planned: Change | undefined,
): NonNullable<Change['to']> {
  const { rules, service } = examined;
  const { specifier } = requirement.dependency;
  const targets = lines.flatMap((line) => line.targets).map((at) => service.targets[at]!);
  const versions = versionsOf(
    successor,
    locks.filter(({ target }) => targets.includes(target)),
  ).sort(rules.compareVersions);
  const version = versions.at(-1)!;
  const isOwn = known.dropIn.numbers === 'own';
  const isPinned = rules.pinnedVersion(specifier) !== null;
  if (planned?.to && !(isOwn && isPinned)) return planned.to;
  return { specifier: isOwn ? rules.rewriteSpecifier(specifier, versions).text : specifier.text, version };
}

function versionsOf(name: string, locks: readonly LockedSet[]): Version[] {
  const all = locks.flatMap(({ packages }) => packages.filter((one) => one.name === name));
  return [...new Map(all.map(({ version }) => [version.text, version])).values()];
}

/** What is wrong with the line today, or with what it brings in: nothing of the package is in the plan. */
function repairedBy({ found }: ServiceScan, requirement: Requirement): readonly Finding[] {
  return found
    .map(({ finding }) => finding)
    .filter((finding) => {
      if (!finding.problem) return false;
      if (finding.kind === 'conflicting') return finding.requirements.some(({ id }) => id === requirement.id);
      if (finding.kind === 'unavailable') return finding.requirement.id === requirement.id;
      return (
        'chain' in finding &&
        finding.chain.requirement?.id === requirement.id &&
        'name' in finding &&
        finding.name === requirement.dependency.name
      );
    });
}

/** Each of the lines has to change whatever else does. What moves along is counted against no set, for there is none today. */
function proofWith(proof: MinimalityProof, untold: readonly EndedLine[]): MinimalityProof {
  const { lowerBound, changes, tiers, reasons } = proof;
  return {
    ...proof,
    lowerBound: lowerBound + untold.length,
    changes: changes + untold.length,
    tiers: tiers.filter((tier) => !TRANSITIVES.includes(tier)),
    reasons: [
      ...reasons,
      ...untold.map(
        ({ requirement, why }) =>
          `as long as ${requirement.dependency.writtenName} is asked for in ${placeText(requirement)}, nothing can be installed: ${why}`,
      ),
    ],
  };
}
