import type { DeployPolicy, WrittenStage } from '../../domain/deploy-policy.ts';
import type {
  CloudRunSettings,
  Deadlines,
  DeploySettings,
  EndpointCheck,
  PlatformName,
  ServiceShape,
  StageSettings,
} from '../../domain/deploy-settings.ts';
import type { RunSettings } from '../../domain/run-settings.ts';
import type { DeclaredStart } from '../../read/manifests/dockerfile/declared-start.ts';
import { defaultAnalysis } from '../analysis/default-analysis.ts';

/** All that has a say in how a service is deployed, what was found before what nobody said. */
export interface DeploySources {
  /** `[deploy]` of the policy. */
  readonly written: DeployPolicy;
  /** `[run]` of the policy. */
  readonly run: RunSettings | null;
  /** What the Dockerfile says of its start; null: there is none. */
  readonly dockerfile: DeclaredStart | null;
  /** What the build file deploys with; null: there is none. */
  readonly buildFile: BuildFileSays | null;
  /** What the service is called where nobody names it. */
  readonly name: string;
  /** A path in its sources that reads as a health check; null: none. */
  readonly healthPath: string | null;
  /** What the command line says. */
  readonly asked: { readonly platform: PlatformName | null };
}

/** What a Cloud Build file says of the deployment that it would make. */
export interface BuildFileSays {
  /** Relative to the root. */
  readonly path: string;
  readonly shape: Partial<ServiceShape>;
  readonly service: string | null;
  readonly region: string | null;
  readonly repository: string | null;
}

/** Where `[deploy]` says nothing. In seconds: an image with models takes long to build, and an approval waits for people. */
export const DEFAULT_DEADLINES: Deadlines = {
  build: 3600,
  ready: 300,
  checks: 120,
  step: 1800,
  soak: 60,
  approval: 86_400,
};

export const DEFAULT_STEPS = [1, 10, 50, 100] as const;
/** Before the last stage nobody is to be spared: one look, with as much traffic as there is. */
const EARLIER_STEPS = [50, 100] as const;
const DEFAULT_STAGES: readonly WrittenStage[] = [{ name: 'staging' }, { name: 'production' }];
const DEFAULT_AT_ONCE = 4;
const LONGEST_NAME = 49;
/** Cloud Monitoring has a point each minute. */
const PLATFORM_ANALYSIS = { local: {}, 'cloud-run': { intervalSeconds: 60 } } as const;
const WITHIN_MS = 10_000;

/** The complete settings: the policy's word first, then the build file's, then the Dockerfile's, then what usually is. */
export function deploySettings(sources: DeploySources): DeploySettings {
  const { written, buildFile, asked } = sources;
  const platform = asked.platform ?? written.platform ?? 'local';
  const service = written.service ?? label(buildFile?.service ?? sources.name);
  return {
    ...{ platform, service, shape: shapeOf(sources), checks: checksOf(sources) },
    stages: stagesOf(service, written),
    analysis: { ...defaultAnalysis, ...PLATFORM_ANALYSIS[platform], ...written.analysis },
    local: { network: false, sticky: false, ...written.local },
    cloudRun: cloudRunOf(written.cloudRun ?? {}, buildFile),
    atOnce: written.atOnce ?? DEFAULT_AT_ONCE,
  };
}

/** Every stage but the last has a service of its own beside it; the last of several is begun once somebody approves. */
function stagesOf(service: string, written: DeployPolicy): readonly StageSettings[] {
  const stages = written.stages ?? DEFAULT_STAGES;
  return stages.map((stage, at) => {
    const isLast = at === stages.length - 1;
    return {
      name: stage.name,
      service: stage.service ?? (isLast ? service : besides(service, stage.name)),
      steps: stage.steps ?? (isLast ? DEFAULT_STEPS : EARLIER_STEPS),
      approval: stage.approval ?? (isLast && stages.length > 1),
      deadlines: { ...DEFAULT_DEADLINES, ...written.deadlines, ...stage.deadlines },
      port: stage.port ?? 0,
      project: stage.project ?? null,
      region: stage.region ?? null,
    };
  });
}

function besides(service: string, stage: string): string {
  return `${service.slice(0, LONGEST_NAME - stage.length - 1).replace(/-+$/, '')}-${stage}`;
}

function shapeOf({ written, run, dockerfile, buildFile }: DeploySources): ServiceShape {
  const said = buildFile?.shape ?? {};
  return {
    ...{ memoryMiB: null, cpu: null, concurrency: null, minInstances: null, maxInstances: null },
    ...{ startupProbe: null, serviceAccount: null, isPublic: false },
    ...said,
    ...written.shape,
    port: written.shape?.port ?? run?.port ?? said.port ?? portOf(dockerfile),
    environment: {
      ...said.environment,
      ...Object.fromEntries(run?.environment ?? []),
      ...written.shape?.environment,
    },
    secrets: { ...said.secrets, ...written.shape?.secrets },
    command: run?.command ?? said.command ?? null,
  };
}

/** What it listens on by EXPOSE, or by the PORT that it sets itself. */
function portOf(dockerfile: DeclaredStart | null): number | null {
  const written = Number(dockerfile?.environment['PORT']);
  return dockerfile?.port ?? (Number.isInteger(written) && written > 0 && written < 65_536 ? written : null);
}

/** The health first, then what else must answer. */
function checksOf({ written, run, dockerfile, healthPath }: DeploySources): readonly EndpointCheck[] {
  const said = run?.health ?? dockerfile?.health ?? null;
  const first = said ?? (written.checks === undefined ? (healthPath ?? '/') : null);
  const others = written.checks ?? [];
  const own = others.find((check) => check.path === first && check.method === 'GET');
  const paths = (run?.endpoints ?? []).filter((path) => !others.some((check) => check.path === path));
  return [
    ...(first === null ? [] : [own ?? getOf(first)]),
    ...others.filter((check) => check !== own),
    ...paths.filter((path) => path !== first).map(getOf),
  ];
}

function getOf(path: string): EndpointCheck {
  const nothing = { body: null, contentType: null, status: null, contains: null };
  return { path, method: 'GET', ...nothing, withinMs: WITHIN_MS };
}

function cloudRunOf(written: Partial<CloudRunSettings>, buildFile: BuildFileSays | null): CloudRunSettings {
  return {
    project: null,
    region: buildFile?.region ?? null,
    repository: buildFile?.repository ?? null,
    buildFile: buildFile?.path ?? null,
    substitutions: {},
    builder: 'cloud-build',
    ...written,
  };
}

/** A name as it may stand in a DNS label (RFC 1035). */
export function label(name: string): string {
  const letters = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, '');
  return letters === '' ? 'service' : letters;
}
