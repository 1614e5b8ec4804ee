import { chmod, readdir, rm } from 'node:fs/promises';
import type { Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { programsOnPath } from '../../../read/ecosystems/pypi/default-index.ts';
import type { World } from '../../../io/world.ts';
import { openSandbox } from '../../../prove/sandbox/open-sandbox.ts';
import type { LocalFolders } from './local-folders.ts';
import { secretsFor } from './secrets.ts';
import { openSupervisor } from './supervisor.ts';
import type { Supervisor } from './supervisor.ts';
import { supervisorServer } from './supervisor-server.ts';

/** What the supervisor is started with. */
export interface SuperviseRequest {
  readonly folders: LocalFolders;
  readonly relayScript: string;
  /** Starts what watches over this process; it must come back by `watched`. */
  readonly startWatcher: () => Promise<void>;
  /** Secrets that are known from the one before, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** How long it waits for work when no service is left. */
  readonly idleMs: number;
  readonly told: (line: string) => void;
}

const LOOK_MS = 500;
const GRACE_MS = 5_000;
const WATCHER_PAUSE_MS = 500;

/** Runs until no service is left or it is told to end. Null: another one has the folder. Why it cannot: a text. */
export async function supervise(world: World, request: SuperviseRequest): Promise<string | null> {
  const { folders } = request;
  const lock = await world.files.lock(folders.lock);
  if (lock === null) return null;
  try {
    const sandbox = await openSandbox(world, { unsandboxed: false });
    if ('kind' in sandbox) return `${sandbox.why}: ${sandbox.hint}`;
    const [nsenter] = await programsOnPath(world, ['nsenter']);
    if (nsenter === undefined)
      return 'nsenter (of util-linux) is not installed: services cannot be reached without it';
    await removeSockets(folders);
    const secrets = new Map(Object.entries(request.secrets));
    const secretsOf = (record: Parameters<typeof secretsFor>[0]) =>
      secretsFor(record, secrets, world.environment);
    const parts = { world, folders, sandbox, nsenter, relayScript: request.relayScript, secretsOf };
    const supervisor = await openSupervisor(parts, secrets, request.told);
    await serveUntilEnd(supervisor, secrets, request);
    return null;
  } finally {
    await lock.release();
  }
}

async function serveUntilEnd(
  supervisor: Supervisor,
  secrets: ReadonlyMap<string, string>,
  request: SuperviseRequest,
): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
  const watchers = keepWatched(secrets, request, ending.signal);
  let lastAsked = performance.now();
  const server = supervisorServer(supervisor, { watched: watchers.watched, shutDown: end });
  server.on('request', () => (lastAsked = performance.now()));
  await listen(server, request.folders.socket);
  watchers.begin();
  try {
    await until(() => supervisor.isIdle() && performance.now() - lastAsked > request.idleMs, ending.signal);
  } finally {
    ending.abort();
    server.close();
    await rm(request.folders.socket, { force: true });
    await supervisor.close(GRACE_MS);
    watchers.dismiss();
    server.closeAllConnections();
  }
}

interface Watchers {
  /** From when on there is one: it finds a socket to watch. */
  begin(): void;
  readonly watched: (answer: ServerResponse) => void;
  /** It ends as it should: nobody needs to start it again. */
  dismiss(): void;
}

/** There is always one who watches: where it is gone, another is started. It is told the secrets, which no file has. */
function keepWatched(
  secrets: ReadonlyMap<string, string>,
  { startWatcher }: SuperviseRequest,
  off: AbortSignal,
): Watchers {
  const open = new Set<ServerResponse>();
  let told = '';
  const tell = (answer: ServerResponse): void => {
    answer.write(`${JSON.stringify({ secrets: Object.fromEntries(secrets) })}\n`);
  };
  const keep = async (): Promise<void> => {
    while (!off.aborted) {
      if (open.size === 0) await startWatcher();
      await setTimeout(WATCHER_PAUSE_MS);
      for (let waits = 20; open.size === 0 && waits > 0 && !off.aborted; waits--)
        await setTimeout(LOOK_MS / 2);
      const now = JSON.stringify(Object.fromEntries(secrets));
      if (now !== told) for (const answer of open) tell(answer);
      told = now;
    }
  };
  return {
    begin: () => void keep(),
    watched: (answer) => {
      open.add(answer);
      answer.on('close', () => open.delete(answer));
      answer.writeHead(200, { 'content-type': 'application/json' });
      tell(answer);
    },
    dismiss: () => {
      for (const answer of open) answer.end(`${JSON.stringify({ ended: true })}\n`);
    },
  };
}

async function until(isOver: () => boolean, off: AbortSignal): Promise<void> {
  while (!off.aborted && !isOver()) await setTimeout(LOOK_MS / 5);
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
}

/** Those of one that was killed. */
async function removeSockets({ sockets }: LocalFolders): Promise<void> {
  for (const name of await readdir(sockets))
    if (name.endsWith('.sock')) await rm(join(sockets, name), { force: true });
}
