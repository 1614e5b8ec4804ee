import type { protos } from '@google-cloud/run';
import type { ServiceShape } from '../../../domain/deploy-settings.ts';
import { withoutDefaults } from './without-defaults.ts';

export type Template = protos.google.cloud.run.v2.IRevisionTemplate;
export type RunRevision = protos.google.cloud.run.v2.IRevision;
type Container = protos.google.cloud.run.v2.IContainer;
type EnvVar = protos.google.cloud.run.v2.IEnvVar;
type Probe = protos.google.cloud.run.v2.IProbe;

/**
 * The template of a new revision: the shape decides what a shape is made of, null being the platform's own default, and what it knows
 * nothing of (networks, volumes, time-outs, other containers) stays as the service has it.
 */
export function templateOf(
  name: string,
  image: string,
  shape: ServiceShape,
  present: Template | null,
): Template {
  const read = withoutDefaults(present ?? {});
  const containers = read.containers ?? [];
  const serving = servingContainer(containers);
  return {
    ...withoutShape(read),
    revision: name,
    containers: [containerOf(image, shape, serving), ...containers.filter((one) => one !== serving)],
    ...(shape.serviceAccount === null ? {} : { serviceAccount: shape.serviceAccount }),
    ...(shape.concurrency === null ? {} : { maxInstanceRequestConcurrency: shape.concurrency }),
    ...scalingOf(shape),
  };
}

/** Of several containers the one with a port takes the requests. */
function servingContainer(containers: readonly Container[]): Container | undefined {
  return containers.find(({ ports }) => (ports ?? []).length > 0) ?? containers[0];
}

function scalingOf({ minInstances, maxInstances }: ServiceShape): Pick<Template, 'scaling'> {
  if (minInstances === null && maxInstances === null) return {};
  return {
    scaling: {
      ...(minInstances === null ? {} : { minInstanceCount: minInstances }),
      ...(maxInstances === null ? {} : { maxInstanceCount: maxInstances }),
    },
  };
}

function containerOf(image: string, shape: ServiceShape, present: Container | undefined): Container {
  const [program, ...rest] = shape.command ?? [];
  return {
    ...keptOf(present ?? {}),
    image,
    ...(program === undefined ? {} : { command: [program], args: rest }),
    env: environmentOf(shape),
    ...resourcesOf(shape, present),
    ...(shape.port === null ? {} : { ports: [{ name: 'http1', containerPort: shape.port }] }),
    ...(shape.startupProbe === null ? {} : { startupProbe: probeOf(shape.startupProbe) }),
  };
}

/** Of a container, what no shape says. */
const OF_CONTAINER: ReadonlySet<string> = new Set([
  'name',
  'volumeMounts',
  'livenessProbe',
  'readinessProbe',
  'dependsOn',
  'workingDir',
]);

function keptOf(container: Container): Container {
  return Object.fromEntries(Object.entries(container).filter(([field]) => OF_CONTAINER.has(field)));
}

function environmentOf({ environment, secrets }: ServiceShape): EnvVar[] {
  return [
    ...Object.entries(environment).map(([name, value]) => ({ name, value })),
    ...Object.entries(secrets).map(([name, place]) => {
      const { secret, version } = secretPlace(place)!;
      return { name, valueSource: { secretKeyRef: { secret, version } } };
    }),
  ];
}

/** "db-password:3", "projects/p/secrets/db-password:latest"; null: it is neither. */
export function secretPlace(text: string): { readonly secret: string; readonly version: string } | null {
  const found =
    /^((?:projects\/[^/\s:]+\/secrets\/)?[A-Za-z0-9_-]{1,255}):(latest|[1-9]\d*|[a-z][\w-]*)$/.exec(text);
  return found === null ? null : { secret: found[1]!, version: found[2]! };
}

/** Where limits are given, "CPU while requests run alone" is no longer the default and has to be said (ResourceRequirements.cpu_idle). */
function resourcesOf({ memoryMiB, cpu }: ServiceShape, present: Container | undefined): Container {
  const before = present?.resources ?? null;
  const cpuIdle = before === null || (before.cpuIdle ?? false);
  const startupCpuBoost = before?.startupCpuBoost ?? false;
  if (memoryMiB === null && cpu === null)
    return before === null ? {} : { resources: { cpuIdle, startupCpuBoost } };
  return {
    resources: {
      cpuIdle,
      startupCpuBoost,
      limits: {
        ...(memoryMiB === null ? {} : { memory: `${memoryMiB}Mi` }),
        ...(cpu === null ? {} : { cpu: cpuText(cpu) }),
      },
    },
  };
}

/** "2", "500m". */
function cpuText(cpu: number): string {
  return Number.isInteger(cpu) ? String(cpu) : `${Math.round(cpu * 1000)}m`;
}

function probeOf(probe: NonNullable<ServiceShape['startupProbe']>): Probe {
  const { path, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  const how = path === null ? { tcpSocket: {} } : { httpGet: { path } };
  return { periodSeconds, timeoutSeconds, failureThreshold, ...how };
}

/** Another revision like one that is there. */
export function templateLike(revision: RunRevision, name: string): Template {
  // Said by the platform alone.
  const containers = (revision.containers ?? []).map((one) => withoutDefaults({ ...one, buildInfo: null }));
  return { ...templateFields(revision), revision: name, containers };
}

/** Fields that a revision and its template have both, but for the containers. */
const SHARED = [
  'labels',
  'annotations',
  'scaling',
  'vpcAccess',
  'timeout',
  'serviceAccount',
  'volumes',
  'executionEnvironment',
  'encryptionKey',
  'maxInstanceRequestConcurrency',
  'serviceMesh',
  'encryptionKeyRevocationAction',
  'encryptionKeyShutdownDuration',
  'sessionAffinity',
  'nodeSelector',
  'gpuZonalRedundancyDisabled',
] as const satisfies readonly (keyof RunRevision & keyof Template)[];

function templateFields(revision: RunRevision): Template {
  return Object.fromEntries(
    Object.entries(withoutDefaults(revision)).filter(([field]) =>
      (SHARED as readonly string[]).includes(field),
    ),
  );
}

/** Of a present template, what a shape decides. */
const OF_SHAPE: ReadonlySet<string> = new Set([
  'revision',
  'serviceAccount',
  'scaling',
  'maxInstanceRequestConcurrency',
  'containers',
]);

function withoutShape(template: Template): Template {
  return Object.fromEntries(Object.entries(template).filter(([field]) => !OF_SHAPE.has(field)));
}
