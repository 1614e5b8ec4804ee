import type { World } from '../../../io/world.ts';
import type { Platform } from '../../deployment/platform.ts';
import { askRevision } from './ask-revision.ts';
import { buildArtifact, ensurePushed } from './build.ts';
import type { Cloud } from './cloud.ts';
import { placeOf } from './cloud.ts';
import { createRevision } from './create-revision.ts';
import { gcloudCommands } from './gcloud-commands.ts';
import { googleClients } from './google-clients.ts';
import { googleEndpoint } from './google-endpoint.ts';
import type { GoogleEndpoint } from './google-endpoint.ts';
import { measuredRevisions } from './measured-revisions.ts';
import { removeRevision } from './remove-revision.ts';
import { revisionLogs } from './revision-logs.ts';
import { revisionMetrics } from './revision-metrics.ts';
import { routeTraffic } from './route-traffic.ts';
import { readState } from './service-state.ts';
import { settingsProblems } from './settings-problems.ts';

export interface CloudRunOptions {
  /** Instead of Google's; default: what FETTLE_GOOGLE_ENDPOINT names, on this machine alone. */
  readonly endpoint?: GoogleEndpoint;
}

/**
 * Google Cloud Run, over Google's own clients. Nothing is loaded and nobody is logged in until something is asked. The state of a rollout
 * lies in the service: traffic by revision, and the generation, the stable and the previous revision as annotations.
 */
export function cloudRunPlatform(world: World, options: CloudRunOptions = {}): Platform {
  const endpoint = options.endpoint ?? googleEndpoint(world.environment);
  const cloud: Cloud = { world, clients: googleClients(endpoint), measured: measuredRevisions() };
  return {
    name: 'cloud-run',
    problems: settingsProblems,
    commands: (request) => gcloudCommands(request.settings, request),
    build: (request, told) => buildArtifact(cloud, request, told),
    push: (artifact) => ensurePushed(cloud, artifact),
    service: async (at) => {
      const place = placeOf(at);
      return 'kind' in place ? place : readState(cloud, place);
    },
    createRevision: (at, revision, guard) => createRevision(cloud, at, revision, guard),
    route: (at, write, guard) => routeTraffic(cloud, at, write, guard),
    removeRevision: (at, revision, guard) => removeRevision(cloud, at, revision, guard),
    metrics: (at, revision, from, to) => revisionMetrics(cloud, at, revision, from, to),
    ask: (at, url, check, purpose = 'check') =>
      askRevision(cloud, url, check, at.settings.shape.isPublic, purpose),
    logs: async (at, revision, most) => {
      const place = placeOf(at);
      return 'kind' in place ? place : revisionLogs(cloud, place, revision, most);
    },
    close: () => cloud.clients.close(),
  };
}
