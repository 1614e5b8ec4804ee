import { join, posix } from 'node:path';
import type { DeployPolicy } from './domain/deploy-policy.ts';
import type { DeploySettings, PlatformName } from './domain/deploy-settings.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Job } from './domain/job.ts';
import type { Project, Service, SourceFile } from './domain/project.ts';
import type { RunSettings } from './domain/run-settings.ts';
import type { World } from './io/world.ts';
import { contextFolder } from './prove/images/context-folder.ts';
import { findSources } from './prove/imports/source-files.ts';
import { healthPaths } from './prove/service-run/health-paths.ts';
import { dockerfileOf, serviceFolder } from './prove/verification/service-folder.ts';
import { readJob } from './read-job.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
import { declaredStart } from './read/manifests/dockerfile/declared-start.ts';
import type { DeclaredStart } from './read/manifests/dockerfile/declared-start.ts';
import { readPolicy } from './read/policy/read-policy.ts';
import { deploySettings } from './ship/deployment/deploy-settings.ts';
import type { BuildFileSays } from './ship/deployment/deploy-settings.ts';

/** What a service is deployed from, as its repository says it. */
export interface DeployJob {
  /** Absolute path of the project. */
  readonly root: string;
  /** Its folder, below the root. */
  readonly service: string;
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly settings: DeploySettings;
  /** The build context, below the root. */
  readonly context: string;
  /** Below the context; null: there is none. */
  readonly dockerfile: string | null;
  readonly written: DeployPolicy;
  /** What was found, each with where: "port 8080 (Dockerfile)". */
  readonly found: readonly string[];
}

/** Which service of a tree is meant, and where it goes. */
export interface DeployAsked {
  readonly platform: PlatformName | null;
}

/** Reads the project and gives all that its files say of how it is deployed. Errors as of `readProject` and `readPolicy`. */
export async function readDeployJob(job: Job, asked: DeployAsked, world: World): Promise<DeployJob> {
  const project = await readJob(job, world);
  const policy = await readPolicy(project.root, world, pypi);
  const written = policy.deploy ?? {};
  const service = oneService(project);
  const dockerfile = dockerfileOf(service);
  const start = await startIn(project, dockerfile, world);
  const platform = asked.platform ?? written.platform ?? 'local';
  const buildFile = platform === 'cloud-run' ? await buildFileIn(project, written, world) : null;
  const context = await contextOf({ project, service, dockerfile, start, buildFile }, world);
  const healthPath = await healthIn(project, service, world);
  const sources = { written, run: policy.run ?? null, dockerfile: start, buildFile, healthPath };
  const settings = deploySettings({ ...sources, name: nameOf(project, service), asked });
  return {
    ...{ root: project.root, service: service.name, files: project.files, settings, context, written },
    dockerfile: dockerfile === null ? null : posix.relative(context, dockerfile),
    found: foundOf({ settings, start, dockerfile, buildFile, run: policy.run ?? null, healthPath }),
  };
}

/** A rollout is of one service. */
function oneService({ services, root }: Project): Service {
  const deployed = services.filter(({ purpose }) => purpose !== 'build');
  const [first] = deployed;
  if (first === undefined)
    throw new UserFacingError('no-manifest', `no service was found in ${root}`, {
      hint: 'run it in the folder of the service that is to be deployed',
    });
  if (deployed.length === 1) return first;
  throw new UserFacingError(
    'usage',
    `there are ${deployed.length} services here: ${deployed.map(({ name }) => name).join(', ')}`,
    { hint: `name the one that is to be deployed: --service ${first.name}` },
  );
}

async function startIn(
  { root }: Project,
  dockerfile: string | null,
  { files }: Pick<World, 'files'>,
): Promise<DeclaredStart | null> {
  const bytes = dockerfile === null ? null : await files.read(join(root, dockerfile));
  return bytes === null ? null : declaredStart(new TextDecoder().decode(bytes));
}

const BUILD_FILES = ['cloudbuild.yaml', 'cloudbuild.yml', 'cloudbuild.json'];

/** The one that the policy names, else the usual one where it is there. */
async function buildFileIn(
  { root }: Project,
  { cloudRun }: DeployPolicy,
  { files }: Pick<World, 'files'>,
): Promise<BuildFileSays | null> {
  const named = cloudRun?.buildFile ?? null;
  for (const path of named === null ? BUILD_FILES : [named]) {
    const bytes = await files.read(join(root, path));
    if (bytes === null) continue;
    const { shapeFromBuildFile } = await import('./ship/platforms/cloud-run/shape-from-build-file.ts');
    const { service, region, repository, shape } = shapeFromBuildFile(new TextDecoder().decode(bytes), path);
    return { path, service, region, repository, shape };
  }
  if (named === null) return null;
  throw new UserFacingError('cannot-deploy', `the build file ${named} is not there`, {
    hint: 'deploy.cloud-run.build-file of fettle.toml names a file below its own folder',
  });
}

/** A build file speaks of the whole repository; a Dockerfile of what it copies; without either the service's own folder is all. */
async function contextOf(
  at: {
    readonly project: Project;
    readonly service: Service;
    readonly dockerfile: string | null;
    readonly start: DeclaredStart | null;
    readonly buildFile: BuildFileSays | null;
  },
  world: World,
): Promise<string> {
  const { project, service, dockerfile, start, buildFile } = at;
  if (buildFile !== null) return '.';
  if (dockerfile !== null) return contextFolder(dockerfile, start?.copies ?? [], project.root, world);
  const folder = serviceFolder(service);
  const isWhole = service.manifests.every(({ path }) => folder === '.' || path.startsWith(`${folder}/`));
  return isWhole ? folder : '.';
}

const MOST_SOURCES = 500;

/** A path in the service's own sources that reads as a health check. */
async function healthIn(
  { root }: Project,
  service: Service,
  { files }: Pick<World, 'files'>,
): Promise<string | null> {
  const { files: sources } = await findSources(root, [join(root, serviceFolder(service))], files);
  const own = sources.filter(({ role }) => role === 'service').slice(0, MOST_SOURCES);
  const texts = await Promise.all(own.map(async ({ path }) => textOf(await files.read(path))));
  const usual = new Set(healthPaths([]));
  const paths = healthPaths(texts);
  return (
    paths.find((path) => texts.some((text) => text.includes(path)) && path !== '/') ??
    paths.find((path) => !usual.has(path)) ??
    null
  );
}

function textOf(bytes: Uint8Array | null): string {
  return bytes === null ? '' : new TextDecoder().decode(bytes);
}

/** The folder's own name: the root has that of the repository. */
function nameOf({ root }: Project, service: Service): string {
  const folder = serviceFolder(service);
  return folder === '.' ? posix.basename(root) : posix.basename(folder);
}

function foundOf(at: {
  readonly settings: DeploySettings;
  readonly start: DeclaredStart | null;
  readonly dockerfile: string | null;
  readonly buildFile: BuildFileSays | null;
  readonly run: RunSettings | null;
  readonly healthPath: string | null;
}): readonly string[] {
  const { settings, start, dockerfile, buildFile, run, healthPath } = at;
  const health = settings.checks[0]?.path ?? null;
  const healthFrom =
    health === run?.health
      ? '[run] of the policy'
      : health === start?.health
        ? dockerfile
        : health === healthPath
          ? 'the sources'
          : 'nobody names a health path';
  return [
    dockerfile === null ? 'no Dockerfile: it runs in an environment' : `image by ${dockerfile}`,
    ...(buildFile === null ? [] : [`Cloud Build by ${buildFile.path}`]),
    settings.shape.port === null ? 'port as the platform has it' : `port ${settings.shape.port}`,
    ...(health === null ? [] : [`health ${health} (${healthFrom})`]),
  ];
}
