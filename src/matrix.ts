import type { RefusedChange } from './change/apply-plan.ts';
import type { Planned } from './change/repaired.ts';
import { filesAsWritten } from './change/reread.ts';
import { indexFailure, refuseUnjudged } from './decide/findings/unjudged.ts';
import type { UnjudgedService } from './decide/findings/unjudged.ts';
import { judgeMatrix } from './decide/matrix/judge-matrix.ts';
import type { Matrix } from './decide/matrix/judge-matrix.ts';
import type { JobMatrix, MatrixRows, ServiceMatrix } from './decide/matrix/service-matrix.ts';
import { onceWritten } from './domain/job.ts';
import type { Job } from './domain/job.ts';
import type { Policy } from './domain/policy.ts';
import type { Service } from './domain/project.ts';
import type { World } from './io/world.ts';
import type { PackageIndex } from './read/ecosystems/ecosystem.ts';
import { openIndexes } from './read/ecosystems/open-indexes.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
import { chooseTargets, NOTHING_SAID } from './read/manifests/choose-targets.ts';
import { readJob } from './read-job.ts';
import { policyOf } from './read/policy/read-policy.ts';
import { plan } from './repair.ts';
import type { Watch } from './watch.ts';

/** The rows and columns where the job names none: what is kept up today, and the platforms that images are made for. */
export const PYTHONS: readonly string[] = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];
export const PLATFORMS: readonly string[] = [
  'linux/amd64',
  'linux/arm64',
  'linux/amd64/musl',
  'linux/arm64/musl',
];

/**
 * readProject -> every service's lines on every Python and platform, each cell by itself. With `withPlan` the plan is made for the
 * service's own targets, and its lines are judged on the same cells. `--python` and `--platform` name the cells here.
 */
export async function matrix(
  job: Job,
  world: World,
  { withPlan }: { readonly withPlan: boolean },
  watch: Watch = {},
): Promise<JobMatrix> {
  const own = { ...job, pythons: [], platforms: [] };
  if (withPlan) {
    const planned = await plan(own, world, watch);
    refuseUnjudged([...planned.scan.unjudged, ...unplannedIn(planned)]);
    return matrixOf(planned, job, world, watch);
  }
  const { indexUrl, offline, asOf, allowBuild, bundle } = job;
  const read = await readJob(own, world);
  const project = { ...read, services: read.services.filter(runs) };
  const { root } = project;
  const policy = await policyOf({ ...job, root }, world, pypi);
  const settings = { root, indexUrl, offline, asOf, allowBuild, bundle };
  const indexes = await openIndexes(pypi, world, project.services, settings);
  const services: ServiceMatrix[] = [];
  for (const [at, service] of project.services.entries()) {
    const index = indexes[at]!;
    index.onProgress = watch.onProgress ?? null;
    const today = await judging(
      job,
      index,
      policy,
      watch,
    )(service).catch((error: unknown) => {
      if (project.services.length > 1) refuseUnjudged([{ service, failure: indexFailure(error) }]);
      throw error;
    });
    services.push({ ...rowsOf(job), service, today, planned: null, changes: null, notWritten: null });
  }
  return { project, services };
}

/** The matrix of what was planned already, over the pages and metadata that planning has read. */
export async function matrixOf(
  planned: Planned,
  job: Job,
  world: World,
  watch: Watch = {},
): Promise<JobMatrix> {
  const { project, policy } = planned.scan;
  const { write } = planned;
  const own = onceWritten({ ...job, pythons: [], platforms: [] }, []);
  const written =
    write.files.length === 0
      ? null
      : await readJob(own, { ...world, files: filesAsWritten(project, write, world.files) });
  const services: ServiceMatrix[] = [];
  for (const [at, { examined, index }] of planned.scan.services.entries()) {
    const { service } = examined;
    if (!runs(service)) continue;
    const judge = judging(job, index, policy, watch);
    const { plan: made } = planned.plans[at]!;
    const changes = made.unplanned === undefined ? made.changes.length : null;
    const refused = write.refused.find((one) => one.service === service.name);
    const after = refused === undefined ? written?.services.find(({ name }) => name === service.name) : null;
    services.push({
      ...rowsOf(job),
      service,
      today: await judge(service),
      planned: !changes || !after ? null : await judge(after),
      changes,
      notWritten: changes && !after ? whyNotWritten(refused) : null,
    });
  }
  return { project, services };
}

/** Services for which no plan could be made. */
function unplannedIn({ scan, plans }: Planned): readonly UnjudgedService[] {
  return plans.flatMap(({ plan: { unplanned: failure } }, at) =>
    failure === undefined ? [] : [{ service: scan.services[at]!.examined.service, failure }],
  );
}

/** What builds a project is another matter than what runs it. */
function runs({ purpose }: Service): boolean {
  return purpose !== 'build';
}

function judging(
  job: Job,
  index: PackageIndex,
  { prereleases }: Policy,
  watch: Watch,
): (service: Service) => Promise<Matrix> {
  const { targets } = rowsOf(job);
  return (service) => {
    watch.onStage?.(`judging ${service.name} on ${targets.length} targets`);
    const bounds = job.timeLimit == null ? {} : { signal: AbortSignal.timeout(job.timeLimit * 1000) };
    return judgeMatrix(service, { rules: pypi, index, targets, prereleases, bounds });
  };
}

function rowsOf(job: Job): MatrixRows {
  const pythons = [...new Set(job.pythons.length > 0 ? job.pythons : PYTHONS)];
  const platforms = [...new Set(job.platforms.length > 0 ? job.platforms : PLATFORMS)];
  const targets = pythons.flatMap((python) =>
    platforms.flatMap((platform) =>
      chooseTargets({ python: [python], platform: [platform] }, NOTHING_SAID, pypi),
    ),
  );
  return { pythons, platforms, targets };
}

function whyNotWritten(refused: RefusedChange | undefined): string {
  return refused === undefined ? 'no line of a file changes' : `${refused.subject}: ${refused.why}`;
}
