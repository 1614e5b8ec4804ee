import { applyPlan, editFiles } from './change/apply-plan.ts';
import type { Planned, Repaired } from './change/repaired.ts';
import { recover } from './change/recover.ts';
import { checkOnly } from './decide/findings/check-only.ts';
import { examine } from './decide/findings/examine.ts';
import { hashesFrom } from './decide/resolution/pages.ts';
import type { Scan } from './decide/findings/scan.ts';
import type { PlanBounds } from './decide/plan/choice-solver.ts';
import { makePlan } from './decide/plan/make-plan.ts';
import type { ServicePlan } from './decide/plan/make-plan.ts';
import { withNewerRuntimes } from './decide/plan/newer-runtime.ts';
import type { Job } from './domain/job.ts';
import type { World } from './io/world.ts';
import { openAdvisories } from './read/advisories/advisories.ts';
import { inMemory, openIndexes } from './read/ecosystems/open-indexes.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
import { locateRoot } from './read/manifests/locate-root.ts';
import { readProject } from './read/manifests/read-project.ts';
import { policyOf } from './read/policy/read-policy.ts';
import type { Watch } from './watch.ts';

/** readProject -> resolveToday -> findProblems. What a killed run left half written is put back before anything is read. */
export async function scan(job: Job, world: World, watch: Watch = {}): Promise<Scan> {
  const { folder } = await locateRoot(world.files, job.root, job.paths);
  for (const recovery of await recover(folder, world)) watch.onNotice?.(recovery.message);
  const { paths, pythons, platforms, indexUrl, offline, asOf, allowBuild, bundle } = job;
  const day = asOf ?? job.day ?? world.clock.now();
  const targets = { python: pythons, platform: platforms };
  const project = await readProject(job.root, world, pypi, { paths, targets, service: job.service });
  const { root } = project;
  const policy = await policyOf({ ...job, root }, world, pypi);
  const indexes = await openIndexes(pypi, world, project.services, {
    root,
    indexUrl,
    offline,
    asOf,
    allowBuild,
    bundle,
  });
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
      ...(await examine(service, { ecosystem: pypi, index, advisories, policy, day, asOf })),
    });
  }
  return { job, project, policy, day, advisories, services };
}

/** ... -> makePlan; the edits are worked out and not written. */
export async function plan(job: Job, world: World, watch: Watch = {}): Promise<Planned> {
  const scanned = await scan(job, world, watch);
  checkOnly(job.only, scanned.services);
  const plans: ServicePlan[] = [];
  for (const service of scanned.services) {
    watch.onStage?.(`planning ${service.examined.service.name}`);
    const options = { only: job.only, bounds: boundsOf(job) };
    plans.push(await withNewerRuntimes(service, await makePlan(service, options), options));
  }
  const write = await editFiles(
    scanned.project,
    plans.map(({ plan }, at) => ({
      plan,
      hashesOf: hashesFrom(scanned.services[at]!.examined.resolution.graph.pages),
    })),
    pypi,
  );
  return { scan: scanned, plans, write };
}

/** ... -> applyPlan, then everything is read, resolved and audited again: "fixed" is said only of what is gone. */
export async function repair(job: Job, world: World, watch: Watch = {}): Promise<Repaired> {
  const planned = await plan(job, world, watch);
  const writing = applyPlan(planned.scan.project, planned.write, world);
  watch.onWriting?.(writing);
  const written = await writing;
  return { ...planned, written, after: written === null ? null : await scan(job, world, watch) };
}

function boundsOf({ timeLimit }: Job): PlanBounds {
  return timeLimit == null ? {} : { signal: AbortSignal.timeout(timeLimit * 1000) };
}
