import type { PackageName } from '../../domain/package-name.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { placeText } from '../resolution/wording.ts';
import { endedLines } from './ended-lines.ts';
import type { EndedLine } from './ended-lines.ts';
import { settled } from './ended-together.ts';
import type { Ended } from './ended-together.ts';
import type { Joined } from './joint-scan.ts';
import type { ServicePlan } from './make-plan.ts';
import { planServices } from './plan-services.ts';
import type { PlanningNeeds } from './plan-services.ts';
import { asItStands } from './successor-change.ts';
import { isGiven, withSuccessors } from './successor-service.ts';

export interface SuccessorNeeds extends PlanningNeeds {
  /** Why the name of the package in a line cannot be the successor's, as a clause; null: it can. */
  readonly whyNotEdited: (requirement: Requirement, successor: PackageName) => string | null;
}

/**
 * As `planServices`, where lines of packages that have ended ask for their drop-in successors: the services are examined and planned as
 * they are then, by rules and tiers that know nothing of it. A line whose successor cannot be had stays as it is, and is told as it was.
 */
export async function planWithSuccessors(
  scans: readonly Joined[],
  needs: SuccessorNeeds,
): Promise<readonly (ServicePlan | null)[]> {
  let ended: Ended = settled(
    scans,
    scans.map((scan) => endedLines(scan, needs.only, needs.whyNotEdited)),
  );
  if (ended.every((lines) => lines.length === 0)) return planServices(scans, needs);
  for (;;) {
    const giving = ended.map((lines) => lines.filter(({ stays }) => stays === null));
    const instead: Joined[] = [];
    for (const [at, scan] of scans.entries()) instead.push(await withSuccessors(scan, giving[at]!));
    const names = giving.flatMap((lines) => lines.map(({ successor }) => successor));
    const only = needs.only.length === 0 ? [] : [...needs.only, ...names];
    const made = await planServices(instead, { ...needs, only });
    const failed = new Set(
      giving.flatMap((lines, at) => lines.filter((one) => !isGiven(one, instead[at]!, made[at]!))),
    );
    if (failed.size === 0) return told(scans, instead, made, ended);
    ended = settled(
      scans,
      ended.map((lines) => lines.map((one) => (failed.has(one) ? { ...one, stays: notFound(one) } : one))),
    );
  }
}

function notFound({ successor }: EndedLine): string {
  return `no set of versions was found that has a wheel of ${successor} everywhere`;
}

/** Every plan in the words of the service as it stands, with why a line stays whose package has ended. */
async function told(
  scans: readonly Joined[],
  instead: readonly Joined[],
  made: readonly (ServicePlan | null)[],
  ended: Ended,
): Promise<readonly (ServicePlan | null)[]> {
  const plans: (ServicePlan | null)[] = [];
  for (const [at, one] of made.entries()) {
    const given = ended[at]!.filter(({ stays }) => stays === null);
    const untold = untoldIn(one?.plan, scans, made, ended);
    if (given.length > 0) await learnOf(scans[at]!, instead[at]!, one!.plan);
    const isTouched = given.length > 0 || untold.size > 0;
    const plan = one === null || !isTouched ? one : asItStands(one, scans[at]!, given, untold);
    plans.push(plan === null ? null : withReasons(plan, ended[at]!));
  }
  return plans;
}

/** The lines that give way in the services of a plan and that it had no reason to change itself: its proof does not count them. */
function untoldIn(
  plan: Plan | undefined,
  scans: readonly Joined[],
  made: readonly (ServicePlan | null)[],
  ended: Ended,
): ReadonlyMap<string, EndedLine> {
  const together = new Set(plan === undefined ? [] : [plan.service, ...(plan.together?.services ?? [])]);
  const untold = new Map<string, EndedLine>();
  for (const [at, lines] of ended.entries()) {
    if (!together.has(scans[at]!.examined.service.name)) continue;
    const changed = new Set(made[at]?.plan.changes.map(({ requirement }) => requirement?.id));
    for (const one of lines)
      if (one.stays === null && !changed.has(one.requirement.id)) untold.set(one.requirement.id, one);
  }
  return untold;
}

/** What is told of the planned sets is looked up in the service's own graph. */
async function learnOf({ examined }: Joined, instead: Joined, { locks }: Plan): Promise<void> {
  const { graph } = examined.resolution;
  graph.learnFrom(instead.examined.resolution.graph);
  await graph.pages.load(locks.flatMap(({ packages }) => packages.map(({ name }) => name)));
}

function withReasons(made: ServicePlan, ended: readonly EndedLine[]): ServicePlan {
  const reasons = ended.flatMap(({ requirement, successor, stays }) =>
    stays === null
      ? []
      : `nothing of ${requirement.dependency.writtenName} (${placeText(requirement)}) installs and ${successor} takes its place, but its line stays as it is: ${stays}`,
  );
  if (reasons.length === 0) return made;
  return { ...made, plan: { ...made.plan, warnings: [...made.plan.warnings, ...reasons] } };
}
