import type { DeployPolicy, WrittenStage } from '../../domain/deploy-policy.ts';
import type { WrittenDeploy } from './deploy-table.ts';

type Defined<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };

/** Without what nobody wrote. */
function written<T extends object>(values: T): Partial<Defined<T>> {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs) as Partial<Defined<T>>;
}

/** The table with the names and units of the settings. */
export function deployPolicy(table: WrittenDeploy): DeployPolicy {
  const { platform, service, stages, shape, checks, analysis, deadlines, local } = table;
  return written({
    ...{ platform, service, atOnce: table['at-once'], requireVerified: table['require-verified'] },
    stages: stages === undefined ? undefined : stagesOf(stages),
    shape: shape === undefined ? undefined : shapeOf(shape),
    checks: checks?.map(checkOf),
    analysis: analysis === undefined ? undefined : analysisOf(analysis),
    deadlines: deadlines === undefined ? undefined : written(deadlines),
    local: local === undefined ? undefined : written(local),
    cloudRun: table['cloud-run'] === undefined ? undefined : cloudRunOf(table['cloud-run']),
  });
}

function stagesOf(stages: NonNullable<WrittenDeploy['stages']>): readonly WrittenStage[] {
  const named =
    stages instanceof Map ? [...stages].map(([name, stage]) => ({ name, ...stage })) : [...stages];
  return named.map(({ name, deadlines, ...stage }) => ({
    name,
    ...written(stage),
    ...(deadlines === undefined ? {} : { deadlines: written(deadlines) }),
  }));
}

type Of<Key extends keyof WrittenDeploy> = NonNullable<WrittenDeploy[Key]>;

const PERIOD_SECONDS = 5;
const FAILURES = 48;

function shapeOf(shape: Of<'shape'>): NonNullable<DeployPolicy['shape']> {
  const { port, cpu, concurrency, memory, environment, secrets, 'startup-probe': probe } = shape;
  return written({
    ...{ port, memoryMiB: memory, cpu, concurrency },
    ...{ minInstances: shape['min-instances'], maxInstances: shape['max-instances'] },
    ...{ isPublic: shape.public, serviceAccount: shape['service-account'] },
    environment: environment === undefined ? undefined : Object.fromEntries(environment),
    secrets: secrets === undefined ? undefined : Object.fromEntries(secrets),
    startupProbe:
      probe === undefined
        ? undefined
        : {
            path: probe.path ?? null,
            periodSeconds: probe.period ?? PERIOD_SECONDS,
            timeoutSeconds: probe.timeout ?? Math.min(PERIOD_SECONDS, probe.period ?? PERIOD_SECONDS),
            failureThreshold: probe.failures ?? FAILURES,
          },
  });
}

const WITHIN_SECONDS = 10;

function checkOf(check: Of<'checks'>[number]): NonNullable<DeployPolicy['checks']>[number] {
  const { path, method = 'GET', body = null, status = null, contains = null, within } = check;
  return {
    ...{ path, method, body, status, contains },
    contentType: check['content-type'] ?? (body === null ? null : 'application/json'),
    withinMs: (within ?? WITHIN_SECONDS) * 1000,
  };
}

function analysisOf(analysis: Of<'analysis'>): NonNullable<DeployPolicy['analysis']> {
  return written({
    totalError: analysis['total-error'],
    errorTolerance: analysis['error-tolerance'],
    slowTolerance: analysis['slow-tolerance'],
    memoryFactor: analysis['memory-factor'],
    minimumRequests: analysis['minimum-requests'],
    intervalSeconds: analysis.interval,
    probesPerSecond: analysis['probes-per-second'],
  });
}

function cloudRunOf(cloud: Of<'cloud-run'>): NonNullable<DeployPolicy['cloudRun']> {
  const { project, region, repository, substitutions, builder } = cloud;
  return written({
    ...{ project, region, repository, buildFile: cloud['build-file'], builder },
    substitutions: substitutions === undefined ? undefined : Object.fromEntries(substitutions),
  });
}
