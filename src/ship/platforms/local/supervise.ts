import { chmod, readdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
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
import { openWatchers } from './watchers.ts';
import type { Watchers } from './watchers.ts';

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

const LOOK_MS = 100;
const GRACE_MS = 5_000;

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
    const watchers = openWatchers(secrets);
    const learn = (more: Readonly<Record<string, string>>): void => {
      for (const [name, value] of Object.entries(more)) secrets.set(name, value);
      watchers.tell();
    };
    const supervisor = await openSupervisor(parts, learn, request.told);
    await serveUntilEnd(supervisor, watchers, request);
    return null;
  } finally {
    await lock.release();
  }
}

async function serveUntilEnd(
  supervisor: Supervisor,
  watchers: Watchers,
  request: SuperviseRequest,
): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
  let lastAsked = performance.now();
  const server = supervisorServer(supervisor, { watched: watchers.watched, shutDown: end });
  server.on('request', () => (lastAsked = performance.now()));
  await listen(server, request.folders.socket);
  // Only now one finds a socket to watch.
  void watchers.keepOne(request.startWatcher, ending.signal);
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

async function until(isOver: () => boolean, off: AbortSignal): Promise<void> {
  while (!off.aborted && !isOver()) await setTimeout(LOOK_MS);
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
