import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EndpointCheck } from '../../../domain/deploy-settings.ts';
import type { World } from '../../../io/world.ts';
import type {
  Answer,
  Artifact,
  CheckAnswer,
  Guard,
  NewRevision,
  Platform,
  ServicePlace,
  ServiceState,
} from '../../deployment/platform.ts';
import { buildArtifact } from './build-artifact.ts';
import { refused } from './change-place.ts';
import { artifactFolder, readArtifact } from './kept-artifacts.ts';
import type { LocalFolders } from './local-folders.ts';
import { loopbackRequest } from './loopback-request.ts';
import type { CreateAsked } from './requests.ts';
import { secretsIn } from './secrets.ts';
import { settingsProblems } from './settings-problems.ts';
import { supervisorClient } from './supervisor-client.ts';

export interface LocalOptions {
  /** Absolute path of the built `supervisor-main`; null: where the build lays it. */
  readonly supervisorScript: string | null;
  /** How long a supervisor without a service stays. Default 60 s. */
  readonly idleMs?: number;
}

/** What runs, by "service@stage" and revision, with the process of the service and of the way to it. */
export interface LocalProcesses {
  readonly pid: number;
  readonly services: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly service: number | null; readonly relay: number | null }>>
    >
  >;
}

/** Services on this machine, with what is not asked of every platform. */
export interface LocalPlatform extends Platform {
  /** Ends a service with all its revisions, for good. */
  endService(place: ServicePlace, guard: Guard): Promise<Answer<null>>;
  /** Null: no supervisor is running. */
  processes(): Promise<LocalProcesses | null>;
  /** Stops all services; they come back with the next request. */
  shutDown(): Promise<void>;
}

/** As the build lays it (scripts/build.mjs), seen from a chunk and from the command. */
const BUILT = ['../daemons/local-supervisor.js', './daemons/local-supervisor.js'];
const IDLE_MS = 60_000;
const MOST_BODY = 64 << 10;

/** Runs services on this machine, by a supervisor that outlives this process. */
export function localPlatform(world: World, options: LocalOptions): LocalPlatform {
  const client = supervisorClient(world, {
    script: options.supervisorScript ?? builtScript(),
    idleMs: options.idleMs ?? IDLE_MS,
  });
  const { folders, ask } = client;
  return {
    name: 'local',
    problems: (settings) => settingsProblems(settings, world.environment),
    build: (request, told) => buildArtifact(request, folders, world, told),
    push: (artifact) => pushed(artifact, folders, world),
    service: async (place) => {
      const answer = await client.askIfThere<ServiceState | null>('service', { place: keyOf(place) });
      if (answer !== null) return answer;
      // Nothing is kept: nobody needs to be started to say so.
      if (!existsSync(folders.services)) return { kind: 'done', value: null };
      return ask<ServiceState | null>('service', { place: keyOf(place) });
    },
    createRevision: async (place, revision, guard) => {
      const problem = await missing(revision, folders, world);
      return problem ?? ask<ServiceState>('create', creationOf(place, revision, guard, world));
    },
    route: (place, write, guard) =>
      ask<ServiceState>('route', {
        ...{ place: keyOf(place), write, guard, sticky: place.settings.local.sticky },
      }),
    removeRevision: (place, revision, guard) =>
      ask<ServiceState>('remove', { place: keyOf(place), revision, guard }),
    metrics: (place, revision, from, to) =>
      ask('metrics', {
        ...{ place: keyOf(place), revision, from: from.toISOString(), to: to.toISOString() },
      }),
    ask: (_place, url, check, purpose) => asked(url, check, purpose ?? 'check'),
    logs: (place, revision, most) => ask('logs', { place: keyOf(place), revision, most }),
    close: () => Promise.resolve(),
    endService: (place, guard) => ask<null>('end', { place: keyOf(place), guard }),
    processes: async () => {
      const answer = await client.askIfThere<LocalProcesses>('list', {});
      return answer?.kind === 'done' ? answer.value : null;
    },
    shutDown: async () => void (await client.askIfThere('shut-down', {})),
  };
}

function builtScript(): string {
  const places = BUILT.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return places.find((path) => existsSync(path)) ?? places[0]!;
}

function keyOf({ stage }: ServicePlace) {
  return { service: stage.service, stage: stage.name };
}

function creationOf(place: ServicePlace, revision: NewRevision, guard: Guard, world: World): CreateAsked {
  const { settings, stage } = place;
  const wanted = Object.values(settings.shape.secrets);
  return {
    ...{ place: keyOf(place), guard, revision },
    ...{ port: stage.port, sticky: settings.local.sticky, network: settings.local.network },
    intervalSeconds: settings.analysis.intervalSeconds,
    secrets: secretsIn(wanted, world.environment),
  };
}

/** It is where the platform takes it from, or it cannot be had. */
async function pushed(artifact: Artifact, folders: LocalFolders, world: World): Promise<Answer<Artifact>> {
  const folder = artifactFolder(folders, artifact.digest);
  if (folder === null || (await readArtifact(folders, artifact.digest, world)) === null)
    return notBuilt(artifact);
  return { kind: 'done', value: { digest: artifact.digest, reference: folder } };
}

async function missing(
  { of }: NewRevision,
  folders: LocalFolders,
  world: World,
): Promise<Answer<never> | null> {
  if (of.kind === 'copy') return null;
  const kept = await readArtifact(folders, of.artifact.digest, world);
  if (kept === null) return notBuilt(of.artifact);
  if (kept.command.length > 0 || (of.shape.command?.length ?? 0) > 0) return null;
  return refused(
    'nothing says how the service starts',
    'name its command in [deploy] of fettle.toml, or add a Dockerfile',
  );
}

function notBuilt({ digest }: Artifact): Answer<never> {
  return refused(
    `${digest} was not built on this machine`,
    'deploy from the sources, so that it is built here',
    'missing',
  );
}

/** By the tag's host name, which need not resolve: it is this machine's loopback (RFC 6761, 6.3). */
async function asked(
  url: string,
  check: EndpointCheck,
  purpose: 'check' | 'warm-up' | 'analysis',
): Promise<CheckAnswer> {
  const { hostname, port, host, protocol } = new URL(url);
  const isOwn = protocol === 'http:' && (hostname === '127.0.0.1' || /(^|\.)localhost$/.test(hostname));
  if (!isOwn || port === '')
    return { status: null, ms: 0, body: '', error: `${url} is no address of this machine` };
  const type = check.contentType ?? 'application/json';
  return loopbackRequest({
    ...{ to: { kind: 'tcp', port: Number(port) }, method: check.method, path: check.path, body: check.body },
    headers: {
      ...{ host, 'user-agent': 'fettle', 'x-fettle-probe': purpose },
      ...(check.body === null
        ? {}
        : { 'content-type': type, 'content-length': String(Buffer.byteLength(check.body)) }),
    },
    ...{ timeoutMs: check.withinMs, mostBytes: MOST_BODY },
  });
}
