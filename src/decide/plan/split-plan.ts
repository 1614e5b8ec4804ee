import type { Change, Plan, Together, Unrepaired } from '../../domain/plan.ts';
import type { Target } from '../../domain/target.ts';
import type { ServiceScan } from '../findings/examine.ts';
import type { Part } from '../findings/part.ts';
import { plannedLock } from './lock-moves.ts';
import { unmetWarnings } from './make-plan.ts';
import type { ServicePlan } from './make-plan.ts';
import { requirementsOf, sharedFiles } from './sharing.ts';
import { transitiveChanges } from './transitive-changes.ts';

/**
 * A joint plan as the plans of its services: to each the changes of the lines that it has, the lines added for it, its own sets and
 * what is left of it. The proof speaks of all of them together.
 */
export function splitPlan(
  joint: ServicePlan,
  jointScan: ServiceScan & { readonly parts: readonly Part[] },
  scans: readonly ServiceScan[],
): readonly ServicePlan[] {
  const all = new Set(unmetWarnings(jointScan.examined));
  const general = joint.plan.warnings.filter((warning) => !all.has(warning));
  return jointScan.parts.map((part, at) => {
    const { examined, found } = scans[at]!;
    const own = new Set(found.map(({ finding }) => finding.id));
    const locks = part.columns.flatMap((column, n) => {
      const lock = joint.plan.locks[column];
      return lock === undefined ? [] : [{ ...lock, target: part.service.targets[n]! }];
    });
    const changes = joint.plan.changes.flatMap((change) => ownChange(change, part, joint, own));
    const plan: Plan = {
      service: part.service.name,
      changes,
      locks,
      lock: locks.length === 0 ? null : plannedLock(scans[at]!, locks, changes),
      unrepaired: joint.plan.unrepaired.flatMap((one) => ownUnrepaired(one, part, jointScan)),
      proof: joint.plan.proof,
      transitiveChanges: locks.length === 0 ? null : transitiveChanges(examined, locks),
      warnings: [...unmetWarnings(examined), ...general],
      together: togetherOf(part, jointScan.parts),
    };
    return { plan, evidence: joint.evidence };
  });
}

function ownChange(
  change: Change,
  { service, columns }: Part,
  { addedFor }: ServicePlan,
  own: ReadonlySet<string>,
): readonly Change[] {
  const repairs = change.repairs.filter((id) => own.has(id));
  if (change.requirement === null) {
    const needs = addedFor?.get(change) ?? [];
    return needs.some((column) => columns.includes(column)) ? [{ ...change, repairs }] : [];
  }
  const requirement = requirementsOf(service).get(change.requirement.id);
  return requirement === undefined ? [] : [{ ...change, requirement, repairs }];
}

function ownUnrepaired(one: Unrepaired, part: Part, { examined }: ServiceScan): readonly Unrepaired[] {
  const { targets } = examined.resolution.graph;
  const own = part.columns.flatMap((column, n): readonly Target[] =>
    one.targets.includes(targets[column]!) ? [part.service.targets[n]!] : [],
  );
  return own.length === 0 ? [] : [{ ...one, targets: own }];
}

function togetherOf(part: Part, parts: readonly Part[]): Together {
  const others = parts.filter((other) => other !== part).map(({ service }) => service);
  const files = parts.flatMap(({ service }) =>
    parts
      .filter((other) => other.service !== service)
      .flatMap((other) => sharedFiles(service, other.service)),
  );
  return { services: others.map(({ name }) => name), files: [...new Set(files)].sort() };
}
