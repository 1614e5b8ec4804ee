import { UserFacingError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Service } from '../../domain/project.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { examine } from '../findings/examine.ts';
import { indexFailure } from '../findings/unjudged.ts';
import type { Rules } from '../resolution/line.ts';
import { placeText } from '../resolution/wording.ts';
import { endedLines } from './ended-lines.ts';
import type { EndedLine } from './ended-lines.ts';
import type { Joined } from './joint-scan.ts';
import type { ServicePlan } from './make-plan.ts';
import { planServices } from './plan-services.ts';
import type { PlanningNeeds } from './plan-services.ts';
import { requirementsOf } from './sharing.ts';
import { asItStands } from './successor-change.ts';

export interface SuccessorNeeds extends PlanningNeeds {
  /** Why the name of the package in a line cannot be another, as a clause; null: it can. */
  readonly whyNotEdited: (requirement: Requirement) => string | null;
}

/** The ended lines of each service, in the order of the services. */
type Ended = readonly (readonly EndedLine[])[];

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

/**
 * The lines of one name give way together, in all services that have one of them: one that stays keeps the others, and so does a service
 * in which something of the package still installs.
 */
function settled(scans: readonly Joined[], ended: Ended): Ended {
  const kept = (one: EndedLine, at: number): string | null => {
    if (one.stays !== null) return one.stays;
    const { name } = one.requirement.dependency;
    const twin = ended[at]!.find(
      ({ requirement, stays }) => stays !== null && requirement.dependency.name === name,
    );
    if (twin !== undefined) return `that of ${placeText(twin.requirement)} does`;
    for (const [other, { examined }] of scans.entries()) {
      const its = ended[other]!.find(({ requirement }) => requirement.id === one.requirement.id);
      if (its !== undefined && its.stays !== null) return its.stays;
      const counts = examined.resolution.lines.some(
        ({ requirement }) => requirement.id === one.requirement.id,
      );
      if (its === undefined && counts) return `it still installs for ${examined.service.name}`;
    }
    return null;
  };
  const next = ended.map((lines, at) => lines.map((one) => ({ ...one, stays: kept(one, at) })));
  const isSame = next.every((lines, at) => lines.every(({ stays }, n) => stays === ended[at]![n]!.stays));
  return isSame ? ended : settled(scans, next);
}

/** The service as it is once the lines have given way; itself where none does, or where its index cannot be had for it. */
async function withSuccessors(scan: Joined, ended: readonly EndedLine[]): Promise<Joined> {
  if (ended.length === 0) return scan;
  const { service, rules, advisories, policy, day, asOf, learned } = scan.examined;
  const { index } = scan;
  const examined = await examine(serviceWith(service, ended, rules), {
    ...{ ecosystem: rules, index, advisories, policy, day, asOf, learned },
  }).catch(indexFailure);
  return examined instanceof UserFacingError ? scan : { ...scan, ...examined };
}

function serviceWith(service: Service, ended: readonly EndedLine[], rules: Rules): Service {
  const given = new Map(ended.map((one) => [one.requirement.id, one]));
  const manifests = service.manifests.map((manifest) => ({
    ...manifest,
    requirements: manifest.requirements.flatMap((requirement) => {
      const one = given.get(requirement.id);
      if (one === undefined) return requirement;
      return one.askedBy.length > 0 ? [] : named(requirement, one, rules);
    }),
  }));
  return { ...service, manifests };
}

/** The line as it is once it asks for the successor. Numbers that say nothing of it are left out until one is found. */
function named(requirement: Requirement, { successor, known }: EndedLine, rules: Rules): Requirement {
  const { dependency } = requirement;
  const { specifier, writtenName, text } = dependency;
  const any = known.dropIn.numbers === 'own' ? rules.parseSpecifier('', specifier.notation) : specifier;
  return {
    ...requirement,
    dependency: {
      ...dependency,
      ...{ name: successor, writtenName: successor, text: text.replace(writtenName, () => successor) },
      specifier: 'kind' in any ? specifier : any,
    },
  };
}

/** Whether the plan has a wheel of the successor wherever the line counts, and nothing of the old package. */
function isGiven(
  { requirement, successor, askedBy }: EndedLine,
  scan: Joined,
  made: ServicePlan | null,
): boolean {
  if (made === null || made.plan.unplanned !== undefined || made.plan.locks.length === 0) return false;
  const { resolution, today, service } = scan.examined;
  if (askedBy.length > 0) return !requirementsOf(service).has(requirement.id);
  const lines = resolution.lines.filter((line) => line.requirement.id === requirement.id);
  const isUnmet = today.unmet.some((conflict) => conflict.lines.some((line) => lines.includes(line)));
  return (
    lines.length > 0 &&
    !isUnmet &&
    lines.every(({ targets, published }) =>
      targets.every((at) => {
        const target = service.targets[at]!;
        const packages = made.plan.locks.find((lock) => lock.target === target)?.packages ?? [];
        const version = packages.find(({ name }) => name === successor)?.version;
        const isFree = packages.every(({ name }) => name !== requirement.dependency.name);
        return (
          version !== undefined && isFree && !published.needsBuild(target).has(published.position(version))
        );
      }),
    )
  );
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
