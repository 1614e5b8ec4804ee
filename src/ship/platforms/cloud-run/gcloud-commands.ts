import type { DeploySettings, ServiceShape, StageSettings } from '../../../domain/deploy-settings.ts';
import type { RolloutRequest } from '../../../domain/rollout.ts';
import type { StepCommands } from '../../deployment/platform.ts';
import { shellWord } from '../../../io/shell-word.ts';

/** Stand for what is known only once the step before is done; a shell fills them in. */
const DIGEST = '$DIGEST';
const STABLE = '$STABLE';

/**
 * What a rollout would ask of Google, as commands of gcloud, in order. Nothing is asked for it: the stable revision and the digest are
 * variables of the shell, and the first deployment of a service is not told from a later one.
 */
export function gcloudCommands(settings: DeploySettings, request: RolloutRequest): readonly StepCommands[] {
  const until = settings.stages.findIndex(({ name }) => name === request.until);
  const stages = settings.stages.slice(0, until === -1 ? undefined : until + 1);
  const image = imageFor(settings, request);
  const first = request.source.kind === 'snapshot' ? [buildStep(settings, image.tagged)] : [];
  return [...first, ...stages.flatMap((stage) => stageSteps(settings, stage, request, image.pinned))];
}

interface Image {
  readonly tagged: string;
  /** Words that a shell still has to fill in, quoted for it. */
  readonly pinned: string;
}

function imageFor({ cloudRun, service }: DeploySettings, { source, id }: RolloutRequest): Image {
  const name = `${cloudRun.repository ?? 'REPOSITORY'}/${service}`;
  if (source.kind === 'image') return { tagged: source.reference, pinned: shellWord(source.reference) };
  return { tagged: `${name}:${id}`, pinned: `${shellWord(name)}@"${DIGEST}"` };
}

function buildStep({ cloudRun }: DeploySettings, tagged: string): StepCommands {
  const substitutions = Object.entries(cloudRun.substitutions).map(([key, value]) => `${key}=${value}`);
  const file = cloudRun.buildFile;
  const project = cloudRun.project === null ? [] : [`--project=${cloudRun.project}`];
  const describe = [
    'artifacts',
    'docker',
    'images',
    'describe',
    tagged,
    '--format=value(image_summary.digest)',
  ];
  const lines =
    cloudRun.builder === 'here'
      ? [
          line(['buildah', 'build', '--tag', tagged, '.']),
          line(['buildah', 'push', tagged, `docker://${tagged}`]),
        ]
      : [
          gcloud(
            ['builds', 'submit', '.', ...project],
            file === null ? [`--tag=${tagged}`] : [`--config=${file}`],
            substitutions.length === 0 ? [] : [`--substitutions=${listed(substitutions)}`],
          ),
        ];
  const note = file === null ? [] : [`# of ${file} only the steps up to the push: what deploys is left out`];
  return { stage: null, what: 'build and push', lines: [...note, ...lines, `DIGEST=$(${gcloud(describe)})`] };
}

function stageSteps(
  settings: DeploySettings,
  stage: StageSettings,
  request: RolloutRequest,
  image: string,
): readonly StepCommands[] {
  const { service } = stage;
  const where = placeFlags(settings, stage);
  const suffix = /\d{8}t\d{6}-[a-z0-9]{4}$/.exec(request.id)?.[0] ?? request.id;
  const [canary, baseline] = [`${service}-${suffix}-c`, `${service}-${suffix}-b`];
  const step = (what: string, ...lines: readonly string[]): StepCommands => ({
    stage: stage.name,
    what,
    lines,
  });
  const traffic = (shares: string): string =>
    `${gcloud(['run', 'services', 'update-traffic', service, ...where])} --to-revisions=${shares}`;
  const readStable = gcloud([
    'run',
    'services',
    'describe',
    service,
    ...where,
    `--format=value(metadata.annotations["fettle.dev/stable"])`,
  ]);
  if (request.source.kind === 'previous') return [backStep(service, where, step, traffic)];
  return [
    ...(stage.approval ? [step('approval', '# somebody approves before this stage begins')] : []),
    step('read the stable revision', `STABLE=$(${readStable})`),
    step(
      'a fresh baseline',
      `# a copy of ${STABLE}: its image and its shape under another name`,
      `${gcloud(['run', 'deploy', service, ...where, '--no-traffic', '--tag=baseline', `--revision-suffix=${suffix}-b`])} --image="$(${gcloud(['run', 'revisions', 'describe', ...where, '--format=value(spec.containers[0].image)'])} "${STABLE}")"`,
    ),
    step(
      'a revision without traffic',
      `${gcloud(['run', 'deploy', service, ...where, '--no-traffic', '--tag=canary', `--revision-suffix=${suffix}-c`], shapeFlags(settings.shape))} --image=${image}`,
    ),
    step(
      'ready',
      gcloud(['run', 'revisions', 'describe', canary, ...where, '--format=value(status.conditions)']),
    ),
    step('checks', ...settings.checks.map(({ method, path }) => `# ${method} ${path} by the tag canary`)),
    ...stage.steps
      .filter((percent) => percent < 100)
      .map((percent) =>
        step(`${percent} % of the traffic`, traffic(canaryShares(percent, canary, baseline))),
      ),
    step('all of the traffic', traffic(`${canary}=100`)),
    step(
      'tidy up',
      gcloud(['run', 'services', 'update-traffic', service, ...where, '--remove-tags=canary,baseline']),
      gcloud(['run', 'revisions', 'delete', baseline, ...where, '--quiet']),
    ),
  ];
}

function backStep(
  service: string,
  where: readonly string[],
  step: (what: string, ...lines: readonly string[]) => StepCommands,
  traffic: (shares: string) => string,
): StepCommands {
  const format = '--format=value(metadata.annotations["fettle.dev/previous"])';
  return step(
    'back to the revision before',
    `PREVIOUS=$(${gcloud(['run', 'services', 'describe', service, ...where, format])})`,
    traffic('"$PREVIOUS"=100'),
  );
}

/** As much for the baseline as for the canary, where there is as much. */
function canaryShares(percent: number, canary: string, baseline: string): string {
  const rest = 100 - 2 * percent;
  if (rest < 0) return `${canary}=${percent},${baseline}=${100 - percent}`;
  return `${canary}=${percent},${baseline}=${percent}${rest === 0 ? '' : `,"${STABLE}"=${rest}`}`;
}

function placeFlags({ cloudRun }: DeploySettings, stage: StageSettings): readonly string[] {
  const project = stage.project ?? cloudRun.project;
  const region = stage.region ?? cloudRun.region;
  return [
    ...(project === null ? [] : [`--project=${project}`]),
    ...(region === null ? [] : [`--region=${region}`]),
  ];
}

function shapeFlags(shape: ServiceShape): readonly string[] {
  const flag = (name: string, value: string | number | null): readonly string[] =>
    value === null ? [] : [`--${name}=${value}`];
  const environment = Object.entries(shape.environment).map((pair) => pair.join('='));
  const secrets = Object.entries(shape.secrets).map((pair) => pair.join('='));
  const [program, ...rest] = shape.command ?? [];
  return [
    ...flag('port', shape.port),
    ...flag('memory', shape.memoryMiB === null ? null : `${shape.memoryMiB}Mi`),
    ...flag('cpu', shape.cpu),
    ...flag('concurrency', shape.concurrency),
    ...flag('min-instances', shape.minInstances),
    ...flag('max-instances', shape.maxInstances),
    ...flag('service-account', shape.serviceAccount),
    ...flag('startup-probe', probeText(shape.startupProbe)),
    ...flag('set-env-vars', environment.length === 0 ? null : listed(environment)),
    ...flag('set-secrets', secrets.length === 0 ? null : listed(secrets)),
    ...flag('command', program ?? null),
    ...flag('args', rest.length === 0 ? null : listed(rest)),
    ...(shape.isPublic ? ['--allow-unauthenticated'] : []),
  ];
}

function probeText(probe: ServiceShape['startupProbe']): string | null {
  if (probe === null) return null;
  const how = probe.path === null ? 'tcpSocket.port=8080' : `httpGet.path=${probe.path}`;
  const { periodSeconds, timeoutSeconds, failureThreshold } = probe;
  return `${how},periodSeconds=${periodSeconds},timeoutSeconds=${timeoutSeconds},failureThreshold=${failureThreshold}`;
}

/** A list as gcloud reads it: where a comma is in a value, another character parts it (gcloud topic escaping). */
function listed(values: readonly string[]): string {
  if (values.every((value) => !value.includes(','))) return values.join(',');
  const mark = ['@', ';', '|', '~', '#'].find((one) => values.every((value) => !value.includes(one))) ?? '::';
  return `^${mark}^${values.join(mark)}`;
}

function gcloud(...words: readonly (readonly string[])[]): string {
  return line(['gcloud', ...words.flat()]);
}

function line(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
