import type { DeploySettings, ServiceShape, StageSettings } from '../../../domain/deploy-settings.ts';
import { cloudRunProblems } from '../../../prove/service-run/cloud-run.ts';
import { MINIMUM_INTERVALS } from '../../analysis/enough.ts';
import { serviceNameProblem } from './run-names.ts';
import { secretPlace } from './revision-template.ts';
import { parseRepository } from './image-names.ts';

export interface SettingProblem {
  readonly setting: string;
  readonly what: string;
}

/** Cloud Run's own when nothing is asked for ("Configure memory limits", "Configure CPU limits"). */
const DEFAULTS = { cpu: 1, memoryMiB: 512 } as const;
const DEFAULT_PROBE = { path: null, periodSeconds: 240, timeoutSeconds: 240, failureThreshold: 1 } as const;
/** The finest that Cloud Monitoring keeps of Cloud Run is a point each minute. */
const SHORTEST_INTERVAL = 60;
/** After which a minute can be read ("Google Cloud metrics: run"). */
const INGEST_SECONDS = 180;
const MOST_CONCURRENCY = 1000;
/** Set by the platform ("Container runtime contract"). */
const RESERVED_VARIABLES = new Set([
  'PORT',
  'K_SERVICE',
  'K_REVISION',
  'K_CONFIGURATION',
  'CLOUD_RUN_TIMEOUT_SECONDS',
]);
/** The sidecars of the platform itself listen there. */
const RESERVED_PORTS = new Set([8008, 8012, 8013, 8022, 9090, 9091]);
const MOST_ENVIRONMENT_BYTES = 32 * 1024;

/** What Google would refuse of these settings, told before anything is sent. */
export function settingsProblems(settings: DeploySettings): readonly SettingProblem[] {
  return [
    ...settings.stages.flatMap((stage) => stageProblems(settings, stage)),
    ...instanceProblems(settings.shape),
    ...environmentProblems(settings.shape),
    ...buildProblems(settings),
    ...(settings.analysis.intervalSeconds < SHORTEST_INTERVAL
      ? [
          problem(
            'analysis.interval-seconds',
            `${settings.analysis.intervalSeconds} s: Cloud Monitoring has a point each minute, so ${SHORTEST_INTERVAL} is the least`,
          ),
        ]
      : []),
  ];
}

function stageProblems(settings: DeploySettings, stage: StageSettings): readonly SettingProblem[] {
  const name = serviceNameProblem(stage.service);
  const project = stage.project ?? settings.cloudRun.project;
  const region = stage.region ?? settings.cloudRun.region;
  return [
    ...(name === null ? [] : [problem(`stages.${stage.name}.service`, name)]),
    ...stepProblems(settings, stage),
    ...(project === null
      ? [problem('cloud-run.project', `the stage "${stage.name}" has none: in which project is it to run?`)]
      : /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project)
        ? []
        : [problem('cloud-run.project', `"${project}" is no project's id`)]),
    ...(region === null
      ? [problem('cloud-run.region', `the stage "${stage.name}" has none: in which region is it to run?`)]
      : /^[a-z]+-[a-z]+\d+$/.test(region)
        ? []
        : [problem('cloud-run.region', `"${region}" is no region such as "europe-west1"`)]),
  ];
}

/** Where a look cannot be decided in time, every canary would be rolled back. */
function stepProblems({ analysis }: DeploySettings, stage: StageSettings): readonly SettingProblem[] {
  if (stage.steps.every((percent) => percent === 100)) return [];
  const interval = Math.max(analysis.intervalSeconds, SHORTEST_INTERVAL);
  const least = (MINIMUM_INTERVALS + 1) * interval + INGEST_SECONDS;
  const { step } = stage.deadlines;
  if (step >= least) return [];
  const why = `a look needs ${MINIMUM_INTERVALS} intervals of ${interval} s, which can be read ${INGEST_SECONDS} s later`;
  return [problem(`stages.${stage.name}.deadlines.step`, `${step} s: ${why}, so ${least} is the least`)];
}

function instanceProblems(shape: ServiceShape): readonly SettingProblem[] {
  const { cpu, memoryMiB, port, concurrency, minInstances, maxInstances, startupProbe } = shape;
  const request = {
    cpu: cpu ?? DEFAULTS.cpu,
    memoryMiB: memoryMiB ?? DEFAULTS.memoryMiB,
    startupProbe: startupProbe ?? DEFAULT_PROBE,
  };
  return [
    ...cloudRunProblems(request).map((what) =>
      problem(/probe|start may take|tries every/.test(what) ? 'shape.startup-probe' : 'shape.cpu', what),
    ),
    ...concurrencyProblems(concurrency, cpu ?? DEFAULTS.cpu),
    ...(port === null || (Number.isInteger(port) && port >= 1 && port <= 65_535 && !RESERVED_PORTS.has(port))
      ? []
      : [problem('shape.port', `${port}: a port from 1 to 65535 that the platform does not use itself`)]),
    ...(maxInstances !== null && !(Number.isInteger(maxInstances) && maxInstances >= 1)
      ? [problem('shape.max-instances', `${maxInstances}: a whole number from 1`)]
      : []),
    ...(minInstances !== null && minInstances > (maxInstances ?? 100)
      ? [
          problem(
            'shape.min-instances',
            `${minInstances} are more than there may be (${maxInstances ?? 100})`,
          ),
        ]
      : []),
  ];
}

function concurrencyProblems(concurrency: number | null, cpu: number): readonly SettingProblem[] {
  if (cpu < 1 && concurrency !== 1)
    return [problem('shape.concurrency', `${cpu} vCPU take one request at a time: set it to 1`)];
  if (concurrency === null) return [];
  return Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MOST_CONCURRENCY
    ? []
    : [problem('shape.concurrency', `${concurrency}: a whole number from 1 to ${MOST_CONCURRENCY}`)];
}

function environmentProblems({
  environment,
  secrets,
  serviceAccount,
}: ServiceShape): readonly SettingProblem[] {
  const names = [...Object.keys(environment), ...Object.keys(secrets)];
  const bytes = Object.entries(environment).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('=')), 0);
  const twice = Object.keys(secrets).filter((name) => name in environment);
  return [
    ...names.flatMap((name) => {
      if (RESERVED_VARIABLES.has(name) || name.startsWith('X_GOOGLE_'))
        return [problem(`shape.environment.${name}`, `${name} is set by Cloud Run itself`)];
      return /^[A-Za-z_][\w.-]*$/.test(name)
        ? []
        : [problem('shape.environment', `"${name}" is no variable's name`)];
    }),
    ...twice.map((name) => problem(`shape.secrets.${name}`, `${name} is set under environment as well`)),
    ...Object.entries(secrets).flatMap(([name, place]) =>
      secretPlace(place) === null
        ? [
            problem(
              `shape.secrets.${name}`,
              `"${place}" is not "name:version" ("db-password:3", "db-password:latest")`,
            ),
          ]
        : [],
    ),
    ...(bytes > MOST_ENVIRONMENT_BYTES
      ? [problem('shape.environment', `it is ${bytes} bytes long: at most ${MOST_ENVIRONMENT_BYTES}`)]
      : []),
    ...(serviceAccount === null || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(serviceAccount)
      ? []
      : [problem('shape.service-account', `"${serviceAccount}" is no service account's address`)]),
  ];
}

function buildProblems({ cloudRun }: DeploySettings): readonly SettingProblem[] {
  const { repository, builder, buildFile, substitutions } = cloudRun;
  const own = Object.keys(substitutions).filter((key) => !/^_[A-Z0-9_]+$|^[A-Z][A-Z_]*$/.test(key));
  return [
    ...own.map((key) =>
      problem(
        `cloud-run.substitutions.${key}`,
        'a user\'s key begins with "_" and has capitals, digits and "_"',
      ),
    ),
    ...(repository === null && (builder === 'here' || buildFile === null)
      ? [problem('cloud-run.repository', 'where the image is pushed to is not said')]
      : []),
    ...(repository !== null && parseRepository(repository) === null
      ? [problem('cloud-run.repository', `"${repository}" is no "host/project/repository"`)]
      : []),
    ...(builder === 'here' && buildFile !== null
      ? [problem('cloud-run.build-file', 'its steps are run by Cloud Build alone, and `builder` is "here"')]
      : []),
  ];
}

function problem(setting: string, what: string): SettingProblem {
  return { setting, what };
}
