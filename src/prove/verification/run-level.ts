import { join } from 'node:path';
import type { LevelOutcome } from '../../domain/verification.ts';
import type { Environment } from '../environment/environment.ts';
import { checkOf } from '../evidence/check-of.ts';
import { withUnpacked } from '../images/unpacked-image.ts';
import type { UnpackedImage } from '../images/unpacked-image.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { cloudRunProblems, cloudRunRequest, memoryText } from '../service-run/cloud-run.ts';
import { runService } from '../service-run/run-service.ts';
import type { ServiceRun, ServiceStart } from '../service-run/run-service.ts';
import { startPlan } from '../service-run/service-start.ts';
import type { StartPlan } from '../service-run/service-start.ts';
import { sizeText } from './image-level.ts';
import type { ImageTried } from './image-level.ts';
import { levelOutcome } from './level-outcome.ts';
import { serviceFolder, startOf } from './service-folder.ts';
import type { SetToVerify, Trial } from './set-to-verify.ts';

const TOLD = { level: 'run', how: 'started in the sandbox, asked, and stopped' } as const;
const CLAIM = 'the service starts, listens on its port and answers';
const GIB = 1024 ** 3;
/** The most that an instance of Cloud Run may have; the machine itself may have less. */
const LIMITS = { memoryBytes: 32 * GIB, outputBytes: 64 << 20, scratchBytes: 4 * GIB, processes: 512 };
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Starts the image where one was built, else the service's own files in the environment. `sources`: texts of its Python files. */
export async function runLevel(
  set: SetToVerify,
  environment: Environment | null,
  image: ImageTried['image'],
  sources: readonly string[],
  trial: Trial,
): Promise<LevelOutcome> {
  const { sandbox } = trial;
  const unknown = (seen: string, hint: string): LevelOutcome =>
    levelOutcome(trial, set, { ...TOLD, claim: CLAIM, verdict: 'unknown', seen, hint });
  if ('kind' in sandbox) return unknown(`not started: ${sandbox.why}`, sandbox.hint);
  const plan = startPlan(await startOf(trial, set), trial.run, sources);
  if (image !== null && sandbox.versions['bubblewrap'] !== undefined) {
    const { built, builder } = image;
    const done = await withUnpacked(built, builder, trial.world, (unpacked) =>
      runImage(unpacked, plan, sandbox, trial),
    );
    if ('kind' in done) return unknown(`its image cannot be started: ${done.why}`, 'run the image yourself');
    return told(done, set, trial, { image: built.digest });
  }
  if (plan === null)
    return unknown(
      'nothing says how it starts',
      'say it in the Dockerfile (CMD), or in [run] of fettle.toml',
    );
  if (environment === null) return unknown('not started: nothing is installed', 'see above why');
  const run = await runInEnvironment(plan, environment, sandbox, trial);
  return told(run, set, trial, { environment: environment.digest });
}

type Started = { readonly start: ServiceStart; readonly run: ServiceRun };

/** The image's own words come after those of the policy and the Dockerfile, which say the same with less. */
async function runImage(
  image: UnpackedImage,
  plan: StartPlan | null,
  sandbox: Sandbox,
  { world, run }: Trial,
): Promise<Started> {
  const port = plan?.port ?? image.port ?? 8080;
  const [program = '/bin/sh', ...words] = run?.command ?? image.command;
  const start: ServiceStart = {
    request: {
      command: [program, ...words],
      environment: { PATH, ...image.environment, ...plan?.environment, PORT: String(port) },
      ...{ readable: [], root: image.root, cwd: image.workdir },
    },
    ...{ limits: LIMITS, port, interpreter: 'python3' },
    health: plan?.health ?? ['/'],
    isHealthDeclared: plan?.isHealthDeclared ?? false,
    endpoints: plan?.endpoints ?? [],
  };
  return { start, run: await runService(start, sandbox, world.clock) };
}

const PLACE = '/tmp/service';

async function runInEnvironment(
  plan: StartPlan,
  environment: Environment,
  sandbox: Sandbox,
  { root, service, world }: Trial,
): Promise<Started> {
  const { port, health, isHealthDeclared, endpoints } = plan;
  const start: ServiceStart = {
    request: {
      command: plan.command,
      environment: {
        ...plan.environment,
        PATH: `${environment.path}/bin:${PATH}`,
        VIRTUAL_ENV: environment.path,
      },
      readable: environment.readable,
      workingCopy: { from: join(root, serviceFolder(service), plan.source), at: PLACE },
    },
    ...{ limits: LIMITS, port, health, isHealthDeclared, endpoints, interpreter: environment.interpreter },
  };
  return { start, run: await runService(start, sandbox, world.clock) };
}

function told(
  { start, run }: Started,
  set: SetToVerify,
  trial: Trial,
  digests: Readonly<Record<string, string>>,
): LevelOutcome {
  const { sandbox, world } = trial;
  const memory = run.peakMemoryBytes === null ? '' : `, ${sizeText(run.peakMemoryBytes)} of memory`;
  const ready = run.listeningMs === null ? '' : `ready in ${(run.listeningMs / 1000).toFixed(1)} s${memory}`;
  const failures =
    run.verdict === 'refuted' ? [{ key: 'starts', what: run.seen, because: null, ofMachine: false }] : [];
  const limits = 'kind' in sandbox ? [] : sandbox.limitsInForce;
  const versions = 'kind' in sandbox ? {} : sandbox.versions;
  const check = checkOf(
    {
      command: start.request.command,
      result: run.ended,
      startedAt: new Date(run.startedAt),
      versions,
      digests,
      limits,
    },
    world.environment,
  );
  return levelOutcome(trial, set, {
    ...{ ...TOLD, claim: CLAIM, verdict: run.verdict, failures, record: run.seen, checks: [check] },
    seen:
      run.verdict === 'refuted'
        ? 'does not start as it should'
        : run.verdict === 'unknown'
          ? run.seen
          : ready,
    notes: askedOfCloudRun(run),
    hint: run.verdict === 'unknown' ? 'name its health path in [run] of fettle.toml' : null,
    durationMs: run.ended.durationMs,
  });
}

/** What to ask of Cloud Run, from what was measured, and checked against its rules. */
function askedOfCloudRun({ listeningMs, peakMemoryBytes, healthPath }: ServiceRun): readonly string[] {
  if (listeningMs === null || peakMemoryBytes === null) return [];
  const asked = cloudRunRequest({ listeningMs, peakMemoryBytes, healthPath });
  if ('kind' in asked) return [`Cloud Run: ${asked.why}`];
  const problems = cloudRunProblems(asked);
  if (problems.length > 0) throw new Error(`asked of Cloud Run what it refuses: ${problems.join('; ')}`);
  const { cpu, memoryMiB, startupProbe: probe } = asked;
  const path = probe.path === null ? 'a TCP probe' : `a start-up probe of ${probe.path}`;
  return [
    `Cloud Run: ask for ${cpu} vCPU, ${memoryText(memoryMiB)}, and ${path} every ${probe.periodSeconds} s, ${probe.failureThreshold} times (measured at start, with headroom; load is not measured)`,
  ];
}
