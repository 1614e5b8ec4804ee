import { join } from 'node:path';
import { LEVELS } from './domain/verification.ts';
import type { PlatformName } from './domain/deploy-settings.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Job } from './domain/job.ts';
import type { RolloutRequest, RolloutSource } from './domain/rollout.ts';
import type { World } from './io/world.ts';
import { newRequest } from './begin-rollout.ts';
import { readDeployJob } from './deploy-job.ts';
import type { DeployJob } from './deploy-job.ts';
import type { StepCommands } from './ship/deployment/platform.ts';
import { takeSnapshot } from './ship/deployment/snapshot.ts';
import type { Snapshot } from './ship/deployment/snapshot.ts';
import { openPlatform } from './ship/platforms/platforms.ts';
import { verifiedState } from './verified-state.ts';
import type { VerifiedState } from './verified-state.ts';
import type { Watch } from './watch.ts';

/** What a deployment is asked for, over what the policy says. */
export interface DeployOptions {
  /** The last stage; null: the last of the settings. */
  readonly to: string | null;
  readonly platform: PlatformName | null;
  /** An image that is there already, by digest; null: it is built. */
  readonly image: string | null;
}

/** A deployment that could begin: all that was read and found, and nothing sent yet. */
export interface PreparedDeploy {
  readonly job: DeployJob;
  readonly request: RolloutRequest;
  /** Null: an image is deployed that is there already. */
  readonly snapshot: Snapshot | null;
  readonly verified: VerifiedState | null;
}

/** readProject -> settings -> what the platform would refuse -> snapshot. Writes nothing. */
export async function prepareDeploy(
  job: Job,
  options: DeployOptions,
  world: World,
  watch: Watch = {},
): Promise<PreparedDeploy> {
  watch.onStage?.('reading the project');
  const deployed = await readDeployJob(job, options, world);
  await refuseProblems(deployed, world);
  const { root, files, service, context, dockerfile } = deployed;
  const verified = await verifiedState(root, files, service, world);
  refuseUnverified(deployed, verified);
  if (options.image === null) watch.onStage?.('packing the files');
  const snapshot =
    options.image === null ? await takeSnapshot({ context: join(root, context), dockerfile }, world) : null;
  for (const warning of snapshot?.warnings ?? []) watch.onNotice?.(warning);
  const source: RolloutSource =
    snapshot === null
      ? { kind: 'image', reference: digestReference(options.image!) }
      : { kind: 'snapshot', digest: snapshot.digest, dockerfile };
  const request = newRequest(deployed, source, untilOf(deployed, options.to), verified, world);
  return { job: deployed, request, snapshot, verified };
}

/** What it would ask of its platform, in the words of the platform's own tool; empty: it has none. Nothing is asked for it. */
export async function deployCommands(
  { request }: Pick<PreparedDeploy, 'request'>,
  world: World,
): Promise<readonly StepCommands[]> {
  const platform = await openPlatform(request.settings.platform, world);
  try {
    return platform.commands?.(request) ?? [];
  } finally {
    await platform.close();
  }
}

/** What a platform would refuse is told before anything is sent. */
async function refuseProblems({ settings, dockerfile }: DeployJob, world: World): Promise<void> {
  if (settings.platform === 'local' && dockerfile === null && settings.shape.command === null)
    throw new UserFacingError('cannot-deploy', 'nothing says how the service starts', {
      hint: 'say it in [run] of fettle.toml: command = "python main.py" (fettle init writes a first one); or write a Dockerfile',
    });
  const platform = await openPlatform(settings.platform, world);
  try {
    const [first, ...rest] = platform.problems(settings);
    if (first === undefined) return;
    const others = rest.map(({ setting, what }) => `${setting}: ${what}`);
    throw new UserFacingError('cannot-deploy', [`${first.setting}: ${first.what}`, ...others].join('; '), {
      hint: 'set it under [deploy] of fettle.toml: docs/policy.md lists its keys, fettle init writes a first one',
    });
  } finally {
    await platform.close();
  }
}

function refuseUnverified({ written }: DeployJob, verified: VerifiedState | null): void {
  const needed = written.requireVerified;
  if (needed === undefined) return;
  const proven = verified?.provenTo ?? null;
  if (proven !== null && LEVELS.indexOf(proven) >= LEVELS.indexOf(needed)) return;
  const found =
    verified === null
      ? 'no run has verified these files as they are'
      : `run ${verified.run} has proven them ${proven === null ? 'at no level' : `as far as ${proven}`}`;
  throw new UserFacingError(
    'cannot-deploy',
    `deploy.require-verified asks for files that are proven as far as ${needed}; ${found}`,
    { hint: `fettle verify --level ${needed}` },
  );
}

function untilOf({ settings }: DeployJob, to: string | null): string {
  const names = settings.stages.map(({ name }) => name);
  if (to === null) return names.at(-1)!;
  if (names.includes(to)) return to;
  throw new UserFacingError('usage', `there is no stage ${to}`, {
    hint: `the stages are ${names.join(', ')}; deploy.stages of fettle.toml names others`,
  });
}

/** An image is deployed by digest alone: a tag may be another image when it is asked for again. */
function digestReference(image: string): string {
  if (/^[\w.-]+(?::\d+)?(?:\/[\w.-]+)*@sha256:[0-9a-f]{64}$/.test(image)) return image;
  throw new UserFacingError('usage', `${image} is no image by digest`, {
    hint: 'write it as registry.example/shop@sha256:… (a tag may become another image)',
  });
}
