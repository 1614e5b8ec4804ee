import type { Plan, Unrepaired, WayOut } from '../../domain/plan.ts';
import type { Target } from '../../domain/target.ts';
import { targetText } from '../../domain/target.ts';
import { UserFacingError } from '../../domain/errors.ts';
import type { PackageIndex } from '../../read/ecosystems/ecosystem.ts';
import { examine } from '../findings/examine.ts';
import type { ServiceScan } from '../findings/examine.ts';
import { makePlan } from './make-plan.ts';
import type { PlanOptions, ServicePlan } from './make-plan.ts';
import { keyOf, runtimeText } from './newer-runtime-text.ts';
import type { OnRuntime } from './newer-runtime-text.ts';

type Runtime = Target['runtime'];

/**
 * The plan with its ways out by "another runtime" worked out: the nearest newer runtime on which a plan no longer leaves the
 * problem, what forbids that runtime today, and the price. Costs a plan for each runtime that is looked at, nearest first, and
 * so is done only where something is left for want of a distribution; what the time limit leaves out stays as it was told.
 */
export async function withNewerRuntimes(
  scan: ServiceScan & { readonly index: PackageIndex },
  made: ServicePlan,
  options: PlanOptions,
): Promise<ServicePlan> {
  const { plan } = made;
  const wanting = new Set(plan.unrepaired.filter(({ waysOut }) => waysOut.some(isRuntime)).map(keyOf));
  const ways = new Map<string, string>();
  const looked: Runtime[] = [];
  for (const runtime of candidates(scan)) {
    if (wanting.size === 0) break;
    if (couldHelp(scan, plan, wanting, runtime)) {
      const there = await planOn(scan, runtime, options);
      if (there === null) break;
      const left = new Set(there.plan.unrepaired.map(keyOf));
      const removed = plan.unrepaired.filter((one) => wanting.has(keyOf(one)) && !left.has(keyOf(one)));
      const text = removed.length === 0 ? '' : runtimeText(scan, plan, there, removed);
      for (const one of removed) {
        ways.set(keyOf(one), text);
        wanting.delete(keyOf(one));
      }
      // A plan that the time cut short may leave what a better one would not.
      if (!there.plan.proof.proven) break;
    }
    looked.push(runtime);
  }
  const unrepaired = plan.unrepaired.map((one) => told(one, ways.get(keyOf(one)) ?? null, looked));
  return { ...made, plan: { ...plan, unrepaired } };
}

/** What no runtime that was looked at removes is told so. */
function told(one: Unrepaired, found: string | null, looked: readonly Runtime[]): Unrepaired {
  const [first, last] = [looked[0]?.version, looked.at(-1)?.version];
  const none =
    looked.length === 0
      ? ''
      : looked.length === 1
        ? `; Python ${first} does not remove it`
        : `; Python ${first} to ${last} do not remove it`;
  const waysOut = one.waysOut.map((way): WayOut =>
    isRuntime(way) ? { kind: way.kind, text: found ?? `${way.text}${none}` } : way,
  );
  return { ...one, waysOut };
}

function isRuntime({ kind }: WayOut): boolean {
  return kind === 'newer-runtime';
}

/** Runtimes newer than the oldest that the service runs on, nearest first. */
function candidates({ examined }: ServiceScan): readonly Runtime[] {
  const each = examined.service.targets.map(({ runtime }) => examined.rules.newerRuntimes(runtime));
  return each.reduce((most, some) => (some.length > most.length ? some : most), []);
}

/** The targets once all that are older are moved to the runtime. */
function raised({ examined }: ServiceScan, runtime: Runtime): readonly Target[] {
  const targets = examined.service.targets.map((target) => {
    const older = examined.rules
      .newerRuntimes(target.runtime)
      .some(({ version }) => version === runtime.version);
    return older ? { ...target, runtime } : target;
  });
  return [...new Map(targets.map((target) => [targetText(target), target])).values()];
}

/** Whether there is any version of what is missing that installs there and does not here. */
function couldHelp(scan: ServiceScan, plan: Plan, wanting: ReadonlySet<string>, runtime: Runtime): boolean {
  const { service, resolution } = scan.examined;
  const names = plan.unrepaired
    .filter((one) => wanting.has(keyOf(one)))
    .flatMap(({ waysOut }) => waysOut.flatMap((way) => way.packages ?? []));
  const then = raised(scan, runtime);
  return [...new Set(names)].some((name) => {
    const page = resolution.graph.pages.loaded(name)!;
    const [first, ...rest] = service.targets.map((target) => page.installable(target));
    const now = rest.reduce((set, more) => set.intersect(more), first!);
    return then.every((target) => page.installable(target).intersects(now.complement()));
  });
}

/**
 * Null where there is none to be had: the time is over, or what it needs cannot be read (offline, or in a bundle). The plan that is
 * at hand stands without it.
 */
async function planOn(
  { examined, index }: ServiceScan & { readonly index: PackageIndex },
  runtime: Runtime,
  options: PlanOptions,
): Promise<OnRuntime | null> {
  const { service, rules, advisories, policy, day, asOf, learned } = examined;
  if (options.bounds?.signal?.aborted === true) return null;
  const targets = raised({ examined, found: [] }, runtime);
  try {
    const there = await examine(
      { ...service, targets },
      { ecosystem: rules, index, advisories, policy, day, asOf, learned },
    );
    const { plan } = await makePlan(there, options);
    return plan.locks.length === 0 ? null : { runtime, targets, plan };
  } catch (error) {
    if (error instanceof UserFacingError) return null;
    throw error;
  }
}
