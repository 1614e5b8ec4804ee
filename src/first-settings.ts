import { join } from 'node:path';
import { bytesOf } from './change/source-bytes.ts';
import type { DeploySettings, PlatformName, ServiceShape } from './domain/deploy-settings.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Job } from './domain/job.ts';
import { readTomlTable, tomlAt } from './io/toml-table.ts';
import type { World } from './io/world.ts';
import { guessedStart } from './prove/service-run/guessed-start.ts';
import type { GuessedStart } from './prove/service-run/guessed-start.ts';
import { readDeployJob } from './deploy-job.ts';
import type { DeployJob } from './deploy-job.ts';

/** The `[deploy]` that was made of what is found. */
export interface FirstSettings {
  readonly text: string;
  /** Where it was written; null: it was shown alone, for there is a file that is not written over. */
  readonly path: string | null;
  readonly found: readonly string[];
  /** Keys that nothing tells: they stand there as comments, to be filled in. */
  readonly unsaid: readonly string[];
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
  const start = needsStart(deployed) ? await startOf(deployed, world) : 'said';
  const text = settingsText(deployed, start);
  const told = { text, found: deployed.found, unsaid: unsaidIn(text) };
  if (there !== null) return { ...told, path: null };
  await world.files.writeAtomic(path, bytesOf(text));
  return { ...told, path };
}

function unsaidIn(text: string): readonly string[] {
  return [...text.matchAll(/^# ([a-z-]+) = /gm)].map(([, key]) => key!);
}

/** It runs in an environment, and nobody says how it starts. */
function needsStart({ dockerfile, settings }: DeployJob): boolean {
  return dockerfile === null && settings.shape.command === null && settings.cloudRun.buildFile === null;
}

function startOf({ root, context }: DeployJob, { files }: World): Promise<GuessedStart | null> {
  return guessedStart(async (path) => {
    const bytes = await files.read(join(root, context, path));
    return bytes === null ? null : new TextDecoder().decode(bytes);
  });
}

/** What is not known is there to be filled in. */
function runLines(start: GuessedStart | null): readonly string[] {
  if (start === null)
    return [
      '[run]',
      '# Nothing says how it starts: write it here, on the port that $PORT names,',
      '# as a shell line or as ["program", "argument"]; or write a Dockerfile.',
      '# command = "python main.py"',
      '',
    ];
  const { command, from } = start;
  const written =
    typeof command === 'string'
      ? JSON.stringify(command)
      : `[${command.map((word) => JSON.stringify(word)).join(', ')}]`;
  return ['[run]', `# By ${from}.`, `command = ${written}`, ''];
}

function settingsText({ settings, found }: DeployJob, start: GuessedStart | null | 'said'): string {
  const { platform, service, stages, cloudRun } = settings;
  return [
    '# Where and how fettle deploys this service (docs/policy.md). What was found:',
    ...found.map((one) => `#   ${one}`),
    '',
    ...(start === 'said' ? [] : runLines(start)),
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
