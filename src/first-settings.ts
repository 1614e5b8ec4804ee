import { join } from 'node:path';
import { bytesOf } from './change/source-bytes.ts';
import type { DeploySettings, PlatformName, ServiceShape } from './domain/deploy-settings.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Job } from './domain/job.ts';
import { readTomlTable, tomlAt } from './io/toml-table.ts';
import type { World } from './io/world.ts';
import { readDeployJob } from './deploy-job.ts';
import type { DeployJob } from './deploy-job.ts';

/** The `[deploy]` that was made of what is found. */
export interface FirstSettings {
  readonly text: string;
  /** Where it was written; null: it was shown alone, for there is a file that is not written over. */
  readonly path: string | null;
  readonly found: readonly string[];
}

const FILE = 'fettle.toml';

/** Writes a first `[deploy]` into `fettle.toml`. A file that is there is left as it is: what would be added to it is given. */
export async function firstSettings(
  job: Job,
  platform: PlatformName | null,
  world: World,
): Promise<FirstSettings> {
  const deployed = await readDeployJob(job, { platform }, world);
  const path = join(deployed.root, FILE);
  const there = await world.files.read(path);
  if (there !== null && tomlAt(readTomlTable(new TextDecoder().decode(there)), 'deploy') !== undefined)
    throw new UserFacingError('usage', `${FILE} has [deploy] already`, {
      hint: 'change it there (docs/policy.md lists its keys), and look at it with fettle deploy --dry-run',
    });
  const text = settingsText(deployed);
  if (there !== null) return { text, path: null, found: deployed.found };
  await world.files.writeAtomic(path, bytesOf(text));
  return { text, path, found: deployed.found };
}

function settingsText({ settings, found }: DeployJob): string {
  const { platform, service, stages, cloudRun } = settings;
  return [
    `# Where and how fettle deploys this service. Found: ${found.join(' · ')}`,
    '[deploy]',
    `platform = "${platform}"`,
    `service = "${service}"`,
    '',
    ...shapeLines(settings.shape),
    ...(platform === 'cloud-run' ? cloudLines(cloudRun) : []),
    ...stages.flatMap(({ name, approval, steps }) => [
      '[[deploy.stages]]',
      `name = "${name}"`,
      ...(approval ? ['approval = true'] : []),
      `steps = [${steps.join(', ')}]`,
      '',
    ]),
    ...checkLines(settings),
  ].join('\n');
}

function shapeLines({
  port,
  memoryMiB,
  cpu,
  concurrency,
  maxInstances,
  isPublic,
}: ServiceShape): readonly string[] {
  const lines = [
    ...(port === null ? [] : [`port = ${port}`]),
    ...(memoryMiB === null
      ? []
      : [`memory = "${memoryMiB % 1024 === 0 ? `${memoryMiB / 1024}Gi` : `${memoryMiB}Mi`}"`]),
    ...(cpu === null ? [] : [`cpu = ${cpu}`]),
    ...(concurrency === null ? [] : [`concurrency = ${concurrency}`]),
    ...(maxInstances === null ? [] : [`max-instances = ${maxInstances}`]),
    ...(isPublic ? ['public = true'] : []),
  ];
  return lines.length === 0 ? [] : ['[deploy.shape]', ...lines, ''];
}

/** What nobody said is there to be filled in. */
function cloudLines({
  project,
  region,
  repository,
  buildFile,
}: DeploySettings['cloudRun']): readonly string[] {
  const line = (key: string, value: string | null, example: string): string =>
    value === null ? `# ${key} = "${example}"` : `${key} = ${JSON.stringify(value)}`;
  return [
    '[deploy.cloud-run]',
    line('project', project, 'my-project'),
    line('region', region, 'europe-west1'),
    line('repository', repository, 'registry.example/my-project/images'),
    ...(buildFile === null ? [] : [line('build-file', buildFile, '')]),
    '',
  ];
}

function checkLines({ checks }: DeploySettings): readonly string[] {
  return checks.flatMap(({ path }) => ['[[deploy.checks]]', `path = ${JSON.stringify(path)}`, '']);
}
