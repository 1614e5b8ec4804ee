import type { JsonObject } from './json.ts';
import { etagOf, uriOf, type Run, type ServiceRecord } from './run-state.ts';

/** The resource as it is answered. */
export function serviceMessage(run: Run, service: ServiceRecord): JsonObject {
  const reconciling = run.operations.isPending(service.name);
  const revisionName = (revision: string | null) =>
    revision === null ? null : `${service.name}/revisions/${revision}`;
  return {
    ...service.wanted,
    name: service.name,
    uid: service.uid,
    generation: String(service.generation),
    observedGeneration: String(service.observedGeneration),
    createTime: service.createTime,
    updateTime: service.updateTime,
    deleteTime: service.deleteTime,
    uri: uriOf(run, service.name, null),
    urls: [uriOf(run, service.name, null)],
    latestCreatedRevision: revisionName(service.latestCreated),
    latestReadyRevision: revisionName(service.latestReady),
    trafficStatuses: service.served,
    ...conditions(service, reconciling),
    reconciling,
    etag: etagOf(service),
  };
}

function conditions(service: ServiceRecord, reconciling: boolean): JsonObject {
  const { problem } = service;
  const one = (type: string, failed: boolean): JsonObject => ({
    type,
    state: reconciling ? 'CONDITION_RECONCILING' : failed ? 'CONDITION_FAILED' : 'CONDITION_SUCCEEDED',
    lastTransitionTime: service.updateTime,
    ...(failed && !reconciling && problem !== null
      ? { message: problem.message, reason: 'REVISION_FAILED' }
      : {}),
  });
  return {
    terminalCondition: one('Ready', problem !== null),
    conditions: [
      one('RoutesReady', problem?.of === 'RoutesReady'),
      one('ConfigurationsReady', problem?.of === 'ConfigurationsReady'),
    ],
  };
}
