import { advisoriesOf } from './advisories-of-job.ts';
import { beginJob } from './begin-job.ts';
import { applyPlan, editFiles } from './change/apply-plan.ts';
import type { Planned, Repaired } from './change/repaired.ts';
import { whyNotRenamed } from './change/renamed-line.ts';
import { rewriteLocks } from './change/rewrite-locks.ts';
import { filesAsWritten, withoutBrokenFiles } from './change/reread.ts';
import { checkOnly } from './decide/findings/check-only.ts';
import { examineEach } from './decide/findings/examine-each.ts';
import type { Examinations } from './decide/findings/examine-each.ts';
import { hashesFrom } from './decide/resolution/pages.ts';
import type { Scan } from './decide/findings/scan.ts';
import type { PlanBounds } from './decide/plan/choice-solver.ts';
import type { ServicePlan } from './decide/plan/make-plan.ts';
import type { PackageName } from './domain/package-name.ts';
import { onceWritten } from './domain/job.ts';
import { planWithSuccessors } from './decide/plan/plan-with-successors.ts';
import type { SuccessorNeeds } from './decide/plan/plan-with-successors.ts';
import { notPlanned } from './decide/plan/unplanned.ts';
import type { Job } from './domain/job.ts';
import type { World } from './io/world.ts';
import { inMemory, openIndexes } from './read/ecosystems/open-indexes.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
import { addressesOf, onlyIn, withRemembered } from './learned.ts';
import { learnedOf } from './read/learned/learned-of-job.ts';
import { mergeLearned } from './read/learned/merge-learned.ts';
import { recallLearned } from './read/learned/remembered.ts';
import { readJob } from './read-job.ts';
import type { Watch } from './watch.ts';

/** beginJob -> resolveToday -> findProblems. */
export function scan(job: Job, world: World, watch: Watch = {}): Promise<Scan> {
  return look(job, world, watch, 'told');
}

/** `all`: with what earlier runs learned of packages of the same indexes, unless the past or a bundle is asked about. */
async function look(job: Job, world: World, watch: Watch, known: 'told' | 'all'): Promise<Scan> {
  const { indexUrl, offline, asOf, allowBuild, bundle } = job;
  const { project, policy, day } = await beginJob(job, world, watch);
  const { root } = project;
  const told = await learnedOf({ ...job, root }, policy, world, pypi);
  const indexes = await openIndexes(pypi, world, [...project.services, ...(project.beside ?? [])], {
    root,
    indexUrl,
    offline,
    asOf,
    allowBuild,
    bundle,
  });
  const recalls = known === 'all' && asOf === null && (bundle ?? null) === null;
  const recalled = recalls ? recallLearned(world.cache, addressesOf(indexes), pypi) : [];
  const learned = mergeLearned(told, recalled);
  const remembered = onlyIn(recalled, told);
  const advisories = await advisoriesOf(job, world, pypi, (name) => inMemory(indexes, name));
  for (const index of indexes) index.onProgress = watch.onProgress ?? null;
  const { services, unjudged } = await examineEach(
    project.services.map((service, at) => ({ service, index: indexes[at]! })),
    { ecosystem: pypi, advisories, policy, day, asOf, learned },
    ({ name }) => watch.onStage?.(`resolving ${name}`),
  );
  // Of nothing at all there is nothing to report.
  if (services.length === 0 && unjudged.length > 0) throw unjudged[0]!.failure;
  const beside = (project.beside ?? []).map((service, at) => ({
    service,
    index: indexes[project.services.length + at]!,
  }));
  return { job, project, policy, day, advisories, learned, remembered, services, unjudged, beside };
}

/** ... -> makePlan; the edits are worked out and not written. */
export async function plan(job: Job, world: World, watch: Watch = {}): Promise<Planned> {
  const scanned = await look(job, world, watch, 'all');
  // What the others have may be what is named.
  if (scanned.unjudged.length === 0) checkOnly(job.only, scanned.services);
  const beside = await examinedBeside(scanned, watch);
  const scans = [
    ...scanned.services.map((service) => ({ ...service, asked: true })),
    ...beside.services.map((service) => ({ ...service, asked: false })),
  ];
  const { only } = job;
  const bounds = (services: number): PlanBounds => boundsOf(job, services);
  const whyNotEdited: SuccessorNeeds['whyNotEdited'] = (requirement, successor) =>
    whyNotRenamed(scanned.project, requirement, successor);
  const made = (await planWithSuccessors(scans, { only, bounds, onStage: watch.onStage, whyNotEdited })).map(
    (one) => withRemembered(one, scanned.remembered),
  );
  const all = made.flatMap((one, at) => (one === null ? [] : [{ ...one, scan: scans[at]! }]));
  const edited = await editFiles(
    scanned.project,
    all.map(({ plan, scan: { examined } }) => ({
      plan,
      hashesOf: hashesFrom(examined.resolution.graph.pages),
      unmet: examined.today.unmet,
    })),
    pypi,
    [...scanned.unjudged, ...beside.unjudged].map(({ service }) => service.name),
  );
  // Raised to once more, a runtime would not be newer.
  const again = onceWritten(job, []);
  const write = await withoutBrokenFiles(scanned.project, edited, (write) =>
    readJob(again, { ...world, files: filesAsWritten(scanned.project, write, world.files) }),
  );
  const asked = (wanted: boolean): readonly ServicePlan[] =>
    all.filter(({ scan }) => scan.asked === wanted).map(({ plan, evidence }) => ({ plan, evidence }));
  return { scan: withUnplanned(scanned, asked(true)), plans: asked(true), beside: asked(false), write };
}

/** The scan that says also of what no plan could be made. Where that is so of all of it, there is nothing to report. */
function withUnplanned(scanned: Scan, plans: readonly ServicePlan[]): Scan {
  const failures = plans.flatMap(({ plan }) => plan.unplanned ?? []);
  if (failures.length === 0) return scanned;
  if (failures.length === plans.length) throw failures[0]!;
  const services = scanned.services.map((service, at) => ({
    ...service,
    found: [...service.found, ...notPlanned(service.examined.service, plans[at]!)],
  }));
  return { ...scanned, services };
}

/** Services that share files with one that was asked for: a plan must suit them, whatever is wrong with them. */
function examinedBeside(scanned: Scan, watch: Watch): Promise<Examinations> {
  const { policy, day, advisories, learned, job } = scanned;
  return examineEach(
    scanned.beside,
    { ecosystem: pypi, advisories, policy, day, asOf: job.asOf, learned },
    ({ name }) => watch.onStage?.(`resolving ${name}`),
  );
}

/** The locks that the plan moves, each as its own tool writes it; nothing is written yet. */
export async function withLocks(planned: Planned, world: World, watch: Watch = {}): Promise<Planned> {
  const { job, project, services } = planned.scan;
  const { indexUrl, offline, allowBuild } = job;
  if (planned.plans.some(({ plan }) => plan.lock?.rewritten === true)) watch.onStage?.('writing locks');
  const plans = planned.plans.map(({ plan }, at) => {
    const { pages } = services[at]!.examined.resolution.graph;
    return { plan, publishedOf: (name: PackageName) => (pages.has(name) ? pages.loaded(name) : null) };
  });
  const how = { rules: pypi, indexUrl, offline, allowBuild };
  return { ...planned, write: await rewriteLocks(project, planned.write, plans, how, world) };
}

/** ... -> applyPlan, then everything is read, resolved and audited again: "fixed" is said only of what is gone. */
export async function repair(job: Job, world: World, watch: Watch = {}): Promise<Repaired> {
  return writePlan(await plan(job, world, watch), job, world, watch);
}

/** Writes a plan with the locks that it moves, and reads everything again. */
export async function writePlan(made: Planned, job: Job, world: World, watch: Watch = {}): Promise<Repaired> {
  const planned = await withLocks(made, world, watch);
  const writing = applyPlan(planned.scan.project, planned.write, world);
  watch.onWriting?.(writing);
  const written = await writing;
  if (written === null) return { ...planned, written, after: null };
  const again = onceWritten({ ...job, learned: planned.scan.learned }, written.paths);
  return { ...planned, written, after: await scan(again, world, watch) };
}

function boundsOf({ timeLimit }: Job, services: number): PlanBounds {
  return timeLimit == null ? {} : { signal: AbortSignal.timeout(timeLimit * services * 1000) };
}
