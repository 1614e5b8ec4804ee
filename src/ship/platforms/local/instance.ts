import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { World } from '../../../io/world.ts';
import type { Sandbox, SandboxedService, SandboxResult } from '../../../prove/sandbox/sandbox.ts';
import { awaitReady } from './await-ready.ts';
import { artifactFolder, readArtifact } from './kept-artifacts.ts';
import { listeningPorts } from './listening.ts';
import type { LocalFolders } from './local-folders.ts';
import type { RevisionRecord } from './place-state.ts';
import { isThere, startRelay } from './relay.ts';
import type { Relay } from './relay.ts';
import type { RevisionLog } from './revision-log.ts';
import { notThere } from './start-failure.ts';
import type { Failed } from './start-failure.ts';
import { ownPort, startRequest } from './start-request.ts';
import { ticksOf } from './usage.ts';
import type { Usage } from './usage.ts';

/** What services are run with. */
export interface RunParts {
  readonly world: World;
  readonly folders: LocalFolders;
  readonly sandbox: Sandbox;
  readonly nsenter: string;
  readonly relayScript: string;
  /** The values of a revision's secrets by variable; a text: the name of one that is not known. */
  readonly secretsOf: (record: RevisionRecord) => Readonly<Record<string, string>> | string;
}

export type Connect =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** One start of a revision: its processes, and the way to them. */
export interface Instance {
  readonly connect: Connect;
  /** Settles when it is ready (null), failed to be, or ended. */
  readonly ready: Promise<Failed | null>;
  readonly ended: Promise<SandboxResult>;
  isOver(): boolean;
  /** Its own first process, and that of the way to it. */
  pids(): { readonly service: number | null; readonly relay: number | null };
  stop(graceMs: number): Promise<void>;
}

const LAST_LINES = 40;
const SAMPLE_MS = 1_000;
const MOST_PROCESSES = 4096;

/** Starts one, or says why that cannot be. */
export async function startInstance(
  record: RevisionRecord,
  parts: RunParts,
  log: RevisionLog,
  usage: Usage,
): Promise<Instance | Failed> {
  const { world, folders } = parts;
  const artifact = await readArtifact(folders, record.artifact.digest, world);
  const folder = artifactFolder(folders, record.artifact.digest);
  if (artifact === null || folder === null)
    return notThere(
      `what it runs, ${record.artifact.digest}, is not on this machine`,
      'deploy it anew, so that it is built here',
      'image-not-readable',
    );
  const secrets = parts.secretsOf(record);
  if (typeof secrets === 'string')
    return notThere(
      `its secret ${secrets} is not known here`,
      'set the environment variable of that name where fettle is called, and deploy anew',
      'permission',
    );
  const port = record.network ? await freePort() : ownPort(record, artifact);
  const request = startRequest(artifact, folder, record, { port, secrets });
  if (request === null)
    return notThere('nothing says how it starts', 'name its command in [deploy] of fettle.toml', 'unknown');
  const service = await parts.sandbox.start({ ...request, onOutput: (chunk) => log.write(chunk) });
  return runningInstance(record, parts, { service, port, usage }, () => log.lines(LAST_LINES, secrets));
}

function runningInstance(
  record: RevisionRecord,
  parts: RunParts,
  {
    service,
    port,
    usage,
  }: { readonly service: SandboxedService; readonly port: number; readonly usage: Usage },
  logs: () => readonly string[],
): Instance {
  const { world } = parts;
  let over = false;
  const first = service.pid();
  const relay = record.network || first === null ? null : relayTo(first, port, parts);
  const ended = service.ended.finally(() => {
    over = true;
    clearInterval(sampling);
    relay?.close();
  });
  const sampling = sample(world, service, usage);
  const connect: Connect =
    relay === null ? { kind: 'tcp', host: '127.0.0.1', port } : { kind: 'unix', path: relay.path };
  const starting = {
    ...{ port, network: record.network, to: connect, logs },
    isOver: () => over,
    isReachable: () => relay === null || isThere(relay),
    listening: async () =>
      first === null ? [] : listeningPorts(await familyOf(world, first), !record.network),
  };
  return {
    connect,
    ready: awaitReady(starting, record.shape.startupProbe),
    ended,
    isOver: () => over,
    pids: () => ({ service: service.pid(), relay: relay?.pid() ?? null }),
    stop: async (graceMs) => void (await service.stop(graceMs)),
  };
}

function relayTo(pid: number, port: number, { world, nsenter, relayScript, folders }: RunParts): Relay {
  const path = join(folders.sockets, `${randomUUID().slice(0, 8)}.sock`);
  return startRelay(world, nsenter, relayScript, { pid, port, path });
}

async function familyOf(world: World, pid: number): Promise<readonly number[]> {
  return (await world.processes.family(pid, MOST_PROCESSES))?.pids ?? [];
}

function sample(world: World, service: SandboxedService, usage: Usage): NodeJS.Timeout {
  return setInterval(() => {
    const pid = service.pid();
    if (pid === null) return;
    void world.processes.family(pid, MOST_PROCESSES).then((family) => {
      if (family === null) return;
      const { pids, memoryBytes } = family;
      usage.add({ at: world.clock.now().getTime(), memoryBytes, ticks: ticksOf(pids) });
    });
  }, SAMPLE_MS);
}

/** One that nobody has now; who starts right away gets it. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
