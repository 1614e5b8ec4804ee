import { UserFacingError } from '../../domain/errors.ts';
import { indexFailure } from '../findings/unjudged.ts';
import type { PlanBounds } from './choice-solver.ts';
import { jointScan } from './joint-scan.ts';
import type { Joined } from './joint-scan.ts';
import { makePlan } from './make-plan.ts';
import type { ServicePlan } from './make-plan.ts';
import { withNewerRuntimes } from './newer-runtime.ts';
import { sharingGroups } from './sharing.ts';
import { splitPlan } from './split-plan.ts';
import { unplanned } from './unplanned.ts';

/** What planning of several services needs beside them. */
export interface PlanningNeeds {
  readonly only: readonly string[];
  /** The bounds for a group of that many services, from now on. */
  readonly bounds: (services: number) => PlanBounds;
  readonly onStage?: ((stage: string) => void) | undefined;
}

/**
 * A plan for every service, in their order: those that share lines are solved together, any other by itself. Null for one that was
 * not asked for and shares no lines with any that was. An index that cannot be had leaves those unplanned that are planned by it at once.
 */
export async function planServices(
  scans: readonly Joined[],
  { only, bounds, onStage }: PlanningNeeds,
): Promise<readonly (ServicePlan | null)[]> {
  const plans = new Map<Joined, ServicePlan>();
  for (const group of sharingGroups(scans)) {
    if (!group.some(({ asked }) => asked)) continue;
    onStage?.(`planning ${group.map(({ examined }) => examined.service.name).join(' + ')}`);
    const options = { only, bounds: bounds(group.length) };
    const made = await planGroup(group, options).catch(indexFailure);
    for (const [at, scan] of group.entries())
      plans.set(scan, made instanceof UserFacingError ? unplanned(scan.examined.service, made) : made[at]!);
  }
  return scans.map((scan) => plans.get(scan) ?? null);
}

async function planGroup(
  group: readonly Joined[],
  options: Parameters<typeof makePlan>[1],
): Promise<readonly ServicePlan[]> {
  const [first, ...others] = group;
  if (others.length > 0) return planTogether(group, options);
  return [await withNewerRuntimes(first!, await makePlan(first!, options), options)];
}

async function planTogether(
  group: readonly Joined[],
  options: Parameters<typeof makePlan>[1],
): Promise<readonly ServicePlan[]> {
  const joint = await jointScan(group);
  const plan = await makePlan(joint, options);
  // What is told of the planned sets is looked up in each service's own graph.
  const { graph } = joint.examined.resolution;
  for (const { examined } of group) {
    examined.resolution.graph.learnFrom(graph);
    const names = plan.plan.locks.flatMap(({ packages }) => packages.map(({ name }) => name));
    await examined.resolution.graph.pages.load(names);
  }
  return splitPlan(plan, joint, group);
}
