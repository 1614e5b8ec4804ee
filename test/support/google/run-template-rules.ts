import { mapAt, numberAt, objectAt, objectsAt, textAt, textsAt, type JsonObject } from './json.ts';
import { invalid } from './refusal.ts';

/** Refuses a template that Cloud Run would refuse before it makes anything of it (cloud.google.com/run/docs/configuring). */
export function checkTemplate(template: JsonObject, service: string): void {
  const containers = objectsAt(template, 'containers');
  if (containers.length === 0) throw invalid('service.template.containers', 'must not be empty');
  checkRevisionName(textAt(template, 'revision'), service);
  checkKeys('service.template.annotations', mapAt(template, 'annotations'));
  checkKeys('service.template.labels', mapAt(template, 'labels'));
  checkScaling('service.template.scaling', objectAt(template, 'scaling'));
  const timeout = Number.parseFloat(textAt(template, 'timeout') || '300');
  if (timeout <= 0 || timeout > 3600)
    throw invalid('service.template.timeout', 'must be between 1 and 3600 seconds');
  for (const [index, container] of containers.entries()) checkContainer(container, template, index);
  const withPorts = containers.filter((one) => objectsAt(one, 'ports').length > 0);
  if (containers.length > 1 && withPorts.length !== 1)
    throw invalid(
      'service.template.containers',
      'Revision template should contain exactly one container with an exposed port.',
    );
}

function checkRevisionName(revision: string, service: string): void {
  if (revision === '') return;
  const isLabel = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(revision);
  if (isLabel && revision.startsWith(`${service}-`)) return;
  throw invalid(
    'service.template.revision',
    `'${revision}' must be prefixed by the name of the service and a dash, and contain at most 63 lowercase alphanumeric characters and dashes`,
  );
}

const RESERVED_KEYS =
  /^(?:[\w-]+\.)*(?:run\.googleapis\.com|cloud\.googleapis\.com|serving\.knative\.dev|autoscaling\.knative\.dev)(?:\/|$)/;

/** Labels and annotations of the system's own are fields in this version of the API. */
export function checkKeys(field: string, map: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(map))
    if (RESERVED_KEYS.test(key))
      throw invalid(
        field,
        `'${key}' is in a namespace that is reserved; use the corresponding field of the resource`,
      );
}

export function checkScaling(field: string, scaling: JsonObject): void {
  const least = numberAt(scaling, 'minInstanceCount') ?? 0;
  const most = numberAt(scaling, 'maxInstanceCount') ?? 0;
  if (least < 0) throw invalid(`${field}.min_instance_count`, 'must be greater than or equal to 0');
  if (most < 0 || most > 1000) throw invalid(`${field}.max_instance_count`, 'must be between 1 and 1000');
  if (most > 0 && least > most)
    throw invalid(`${field}.min_instance_count`, 'must be less than or equal to max_instance_count');
}

function checkContainer(container: JsonObject, template: JsonObject, index: number): void {
  const at = `service.template.containers[${index}]`;
  if (!/^[\w.:-]+(?:\/[\w.-]+)*(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(textAt(container, 'image')))
    throw invalid(`${at}.image`, `'${textAt(container, 'image')}' is not a valid image reference`);
  checkEnvironment(`${at}.env`, objectsAt(container, 'env'));
  checkPorts(`${at}.ports`, objectsAt(container, 'ports'));
  checkResources(`${at}.resources`, objectAt(container, 'resources'), template);
  if (container['startupProbe'] !== undefined)
    checkProbe(`${at}.startup_probe`, objectAt(container, 'startupProbe'));
  if (textsAt(container, 'command').some((word) => word === ''))
    throw invalid(`${at}.command`, 'must not contain empty strings');
}

const RESERVED_NAMES: ReadonlySet<string> = new Set(['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION']);

function checkEnvironment(at: string, env: readonly JsonObject[]): void {
  const names = env.map((one) => textAt(one, 'name'));
  const reserved = names.filter((name) => RESERVED_NAMES.has(name));
  if (reserved.length > 0)
    throw invalid(
      at,
      `The following reserved env names were provided: ${reserved.join(', ')}. These values are automatically set by the system.`,
    );
  for (const [index, name] of names.entries()) {
    if (!/^[^=\0]{1,32768}$/.test(name) || name.startsWith('X_GOOGLE_'))
      throw invalid(`${at}[${index}].name`, `'${name}' is not valid`);
    if (names.indexOf(name) !== index) throw invalid(`${at}[${index}].name`, `Duplicate env name '${name}'`);
    const secret = objectAt(objectAt(env[index]!, 'valueSource'), 'secretKeyRef');
    if (
      env[index]!['valueSource'] !== undefined &&
      (textAt(secret, 'secret') === '' || textAt(secret, 'version') === '')
    )
      throw invalid(`${at}[${index}].value_source.secret_key_ref`, 'secret and version must be set');
  }
}

function checkPorts(at: string, ports: readonly JsonObject[]): void {
  if (ports.length > 1) throw invalid(at, 'must contain at most one port');
  for (const port of ports) {
    const number = numberAt(port, 'containerPort') ?? 0;
    if (number < 1 || number > 65_535)
      throw invalid(`${at}[0].container_port`, 'must be between 1 and 65535');
    if (!['', 'http1', 'h2c'].includes(textAt(port, 'name')))
      throw invalid(`${at}[0].name`, "must be empty, 'http1' or 'h2c'");
  }
}

/** Least and most memory in MiB for a number of CPUs. */
const MEMORY_FOR_CPU: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [1, [128, 4096]],
  [2, [128, 8192]],
  [4, [2048, 16_384]],
  [6, [4096, 24_576]],
  [8, [4096, 32_768]],
]);

function checkResources(at: string, resources: JsonObject, template: JsonObject): void {
  const limits = mapAt(resources, 'limits');
  for (const key of Object.keys(limits))
    if (!['cpu', 'memory', 'nvidia.com/gpu'].includes(key))
      throw invalid(`${at}.limits`, `'${key}' is not supported`);
  const cpu = cpusOf(limits['cpu'] ?? '1000m');
  const memory = mebibytesOf(limits['memory'] ?? '512Mi');
  const concurrency = numberAt(template, 'maxInstanceRequestConcurrency') ?? 0;
  if (concurrency < 0 || concurrency > 1000)
    throw invalid('service.template.max_instance_request_concurrency', 'must be between 0 and 1000');
  if (cpu === null || (cpu >= 1 ? !MEMORY_FOR_CPU.has(cpu) : cpu < 0.08))
    throw invalid(
      `${at}.limits.cpu`,
      `Invalid value specified for cpu. Supported values are 1, 2, 4, 6, 8, or from 0.08 to 1.`,
    );
  if (memory === null) throw invalid(`${at}.limits.memory`, 'Invalid value specified for memory.');
  if (cpu < 1 && concurrency > 1)
    throw invalid(
      `${at}.limits.cpu`,
      'Invalid value specified for cpu. Total cpu < 1 is not supported with concurrency > 1.',
    );
  if (cpu < 1 && resources['cpuIdle'] === false)
    throw invalid(
      `${at}.limits.cpu`,
      'Invalid value specified for cpu. Total cpu < 1 is not supported with cpu always allocated.',
    );
  const [least, most] = cpu < 1 ? [128, cpu < 0.5 ? 512 : 1024] : MEMORY_FOR_CPU.get(cpu)!;
  if (memory < least || memory > most)
    throw invalid(
      `${at}.limits.memory`,
      `Invalid value specified for memory. For ${cpu} CPU, memory must be between ${least}Mi and ${most}Mi inclusive.`,
    );
}

function cpusOf(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(text);
  return match === null ? null : Number(match[1]) / (match[2] === 'm' ? 1000 : 1);
}

const UNITS: Readonly<Record<string, number>> = {
  Ki: 1 / 1024,
  Mi: 1,
  Gi: 1024,
  k: 1e3 / 2 ** 20,
  M: 1e6 / 2 ** 20,
  G: 1e9 / 2 ** 20,
};

function mebibytesOf(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G)?$/.exec(text);
  return match === null ? null : Number(match[1]) * (match[2] === undefined ? 2 ** -20 : UNITS[match[2]]!);
}

function checkProbe(at: string, probe: JsonObject): void {
  const period = numberAt(probe, 'periodSeconds') || 10;
  const timeout = numberAt(probe, 'timeoutSeconds') || 1;
  const failures = numberAt(probe, 'failureThreshold') || 3;
  const initial = numberAt(probe, 'initialDelaySeconds') ?? 0;
  if (period < 1 || period > 240) throw invalid(`${at}.period_seconds`, 'must be between 1 and 240');
  if (timeout < 1 || timeout > 240) throw invalid(`${at}.timeout_seconds`, 'must be between 1 and 240');
  if (timeout > period)
    throw invalid(`${at}.timeout_seconds`, 'must be less than or equal to period_seconds');
  if (initial < 0 || initial > 240) throw invalid(`${at}.initial_delay_seconds`, 'must be between 0 and 240');
  if (failures < 1 || failures * period > 240)
    throw invalid(
      `${at}.failure_threshold`,
      'failure_threshold * period_seconds must be at most 240 seconds',
    );
  const kinds = ['httpGet', 'tcpSocket', 'grpc'].filter((kind) => probe[kind] !== undefined);
  if (kinds.length !== 1) throw invalid(at, 'exactly one of http_get, tcp_socket and grpc must be set');
  const path = textAt(objectAt(probe, 'httpGet'), 'path');
  if (path !== '' && !path.startsWith('/')) throw invalid(`${at}.http_get.path`, "must start with '/'");
}
