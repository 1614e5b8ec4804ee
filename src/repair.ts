import { beginJob } from './begin-job.ts';
import { applyPlan, editFiles } from './change/apply-plan.ts';
import type { Planned, Repaired } from './change/repaired.ts';
import { rewriteLocks } from './change/rewrite-locks.ts';
import { filesAsWritten, withoutBrokenFiles } from './change/reread.ts';
import { checkOnly } from './decide/findings/check-only.ts';
import { examine } from './decide/findings/examine.ts';
import { hashesFrom } from './decide/resolution/pages.ts';
import type { Scan } from './decide/findings/scan.ts';
import type { PlanBounds } from './decide/plan/choice-solver.ts';
import type { Joined } from './decide/plan/joint-scan.ts';
import type { ServicePlan } from './decide/plan/make-plan.ts';
import type { PackageName } from './domain/package-name.ts';
import { onceWritten } from './domain/job.ts';
import { planServices } from './decide/plan/plan-services.ts';
import type { Job } from './domain/job.ts';
import type { World } from './io/world.ts';
import { openAdvisories } from './read/advisories/advisories.ts';
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
  const advisories = await openAdvisories(world, pypi, {
    ...{ sources: job.advisories, apiUrl: null, offline, bundle, asOf, ecosystemName: 'PyPI' },
    published: (name) => inMemory(indexes, name),
  });
  const services: Scan['services'][number][] = [];
  for (const [at, service] of project.services.entries()) {
    const index = indexes[at]!;
    index.onProgress = watch.onProgress ?? null;
    watch.onStage?.(`resolving ${service.name}`);
    services.push({
      index,
      ...(await examine(service, { ecosystem: pypi, index, advisories, policy, day, asOf, learned })),
    });
  }
  const beside = (project.beside ?? []).map((service, at) => ({
    service,
    index: indexes[project.services.length + at]!,
  }));
  return { job, project, policy, day, advisories, learned, remembered, services, beside };
}

/** ... -> makePlan; the edits are worked out and not written. */
export async function plan(job: Job, world: World, watch: Watch = {}): Promise<Planned> {
  const scanned = await look(job, world, watch, 'all');
  checkOnly(job.only, scanned.services);
  const scans = [
    ...scanned.services.map((service) => ({ ...service, asked: true })),
    ...(await examinedBeside(scanned, watch)),
  ];
  const { only } = job;
  const bounds = (services: number): PlanBounds => boundsOf(job, services);
  const made = (await planServices(scans, { only, bounds, onStage: watch.onStage })).map((one) =>
    withRemembered(one, scanned.remembered),
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
  );
  // Raised to once more, a runtime would not be newer.
  const again = onceWritten(job, []);
  const write = await withoutBrokenFiles(scanned.project, edited, () =>
    readJob(again, { ...world, files: filesAsWritten(scanned.project, edited, world.files) }),
  );
  const asked = (wanted: boolean): readonly ServicePlan[] =>
    all.filter(({ scan }) => scan.asked === wanted).map(({ plan, evidence }) => ({ plan, evidence }));
  return { scan: scanned, plans: asked(true), beside: asked(false), write };
}

/** Services that share files with one that was asked for: a plan must suit them, whatever is wrong with them. */
async function examinedBeside(scanned: Scan, watch: Watch): Promise<readonly Joined[]> {
  const { policy, day, advisories, learned, job } = scanned;
  const joined: Joined[] = [];
  for (const { service, index } of scanned.beside) {
    watch.onStage?.(`resolving ${service.name}`);
    const needs = { ecosystem: pypi, index, advisories, policy, day, asOf: job.asOf, learned };
    joined.push({ index, asked: false, ...(await examine(service, needs)) });
  }
  return joined;
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
