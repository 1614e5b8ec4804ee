import type { DeploySettings } from '../../../domain/deploy-settings.ts';

/** What of the settings has no effect on this machine: they are shared with platforms where it has one. A sentence each. */
export function notEnforced({ shape }: DeploySettings): readonly string[] {
  const several = (count: number | null): boolean => count !== null && count > 1;
  return [
    ...(shape.cpu === null ? [] : ['cpu: on this machine a service has no limit of CPU']),
    ...(shape.concurrency === null
      ? []
      : ['concurrency: on this machine the requests that an instance takes at once are not limited']),
    ...(several(shape.minInstances) || several(shape.maxInstances)
      ? ['min-instances, max-instances: on this machine each revision has one instance']
      : []),
    ...(shape.serviceAccount === null
      ? []
      : ['service-account: on this machine a service has no account, and no credentials of one']),
  ];
}
