import { isObject, objectAt, objectsAt, textAt, type JsonObject } from './json.ts';
import { ALL_TO_LATEST } from './run-traffic.ts';

/** Fields that a caller may write; what else comes with a resource that was read is ignored. */
const WRITABLE = [
  'description',
  'labels',
  'annotations',
  'client',
  'clientVersion',
  'ingress',
  'launchStage',
  'binaryAuthorization',
  'template',
  'traffic',
  'scaling',
  'invokerIamDisabled',
  'defaultUriDisabled',
  'iapEnabled',
  'customAudiences',
  'buildConfig',
] as const;

export type WritableField = (typeof WRITABLE)[number];

export function isWritable(field: string): field is WritableField {
  return (WRITABLE as readonly string[]).includes(field);
}

/** What the caller wrote with what the service fills in: reading and writing it back changes nothing. */
export function withDefaults(service: JsonObject): JsonObject {
  const written = withoutEmpty(
    Object.fromEntries(Object.entries(service).filter(([field]) => isWritable(field))),
  );
  const traffic = objectsAt(written, 'traffic');
  return {
    ingress: 'INGRESS_TRAFFIC_ALL',
    launchStage: 'GA',
    ...written,
    template: templateWithDefaults(objectAt(written, 'template')),
    traffic: traffic.length === 0 ? ALL_TO_LATEST : traffic,
  };
}

function templateWithDefaults(template: JsonObject): JsonObject {
  const containers = objectsAt(template, 'containers');
  return {
    timeout: '300s',
    serviceAccount: '1-compute@developer.gserviceaccount.example',
    ...template,
    maxInstanceRequestConcurrency:
      template['maxInstanceRequestConcurrency'] || defaultConcurrency(containers[0] ?? {}),
    scaling: { maxInstanceCount: 100, ...objectAt(template, 'scaling') },
    containers: containers.map((container, index) => containerWithDefaults(container, index === 0)),
  };
}

function defaultConcurrency(container: JsonObject): number {
  const cpu = textAt(objectAt(objectAt(container, 'resources'), 'limits'), 'cpu');
  const cpus = cpu.endsWith('m') ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu || 1);
  return cpus < 1 ? 1 : 80;
}

function containerWithDefaults(container: JsonObject, isIngress: boolean): JsonObject {
  const port = objectsAt(container, 'ports')[0];
  const resources = objectAt(container, 'resources');
  const number = Number(port?.['containerPort'] ?? 8080);
  return {
    ...container,
    ...(isIngress ? { ports: [{ name: textAt(port ?? {}, 'name') || 'http1', containerPort: number }] } : {}),
    // Whoever sets resources has to say that CPUs idle (comment of ResourceRequirements.cpu_idle).
    resources: {
      ...(container['resources'] === undefined ? { cpuIdle: true } : resources),
      limits: { cpu: '1000m', memory: '512Mi', ...objectAt(resources, 'limits') },
    },
    startupProbe: probeWithDefaults(objectAt(container, 'startupProbe'), number),
  };
}

function probeWithDefaults(probe: JsonObject, port: number): JsonObject {
  if (Object.keys(probe).length === 0)
    return { timeoutSeconds: 240, periodSeconds: 240, failureThreshold: 1, tcpSocket: { port } };
  const kinds = ['httpGet', 'tcpSocket', 'grpc'].filter((kind) => probe[kind] !== undefined);
  return {
    ...probe,
    timeoutSeconds: probe['timeoutSeconds'] || 1,
    periodSeconds: probe['periodSeconds'] || 10,
    failureThreshold: probe['failureThreshold'] || 3,
    ...Object.fromEntries(kinds.map((kind) => [kind, { port, ...objectAt(probe, kind) }])),
  };
}

/** Messages that mean something by being there, even without a field. */
const BY_PRESENCE: ReadonlySet<string> = new Set(['httpGet', 'tcpSocket', 'grpc', 'emptyDir']);

/** In proto3 a field with its kind's first value is as one that is not set; a client that writes back what it read sends them all. */
function withoutEmpty(message: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(message)
      .map(([key, value]) => [key, stripped(value)] as const)
      .filter(([key, value]) => !isEmpty(value) || (isObject(value) && BY_PRESENCE.has(key))),
  );
}

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  return isObject(value) ? withoutEmpty(value) : value;
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value === '' || value.endsWith('_UNSPECIFIED');
  if (Array.isArray(value)) return value.length === 0;
  return value === 0 || value === false || (isObject(value) && Object.keys(value).length === 0);
}
