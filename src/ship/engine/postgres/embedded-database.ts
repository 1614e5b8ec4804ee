import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { UserFacingError } from '../../../domain/errors.ts';
import type { Environment } from '../../../io/environment-secrets.ts';
import { lockFile } from '../../../io/lock-file.ts';
import type { Database } from '../database.ts';
import type { ServerKind } from './choose-server.ts';
import { chooseServer, writtenBy } from './choose-server.ts';
import { codeOf, isPassing, unavailable } from './database-problems.ts';
import { DATABASE_USER, makeCluster } from './make-cluster.ts';
import { isServerOf, runServer, serverNumber } from './run-server.ts';
import { serverAccount } from './server-account.ts';
import type { ServerFolder } from './server-folder.ts';
import { openServerFolder } from './server-folder.ts';

const WAITS_MS = 90_000;

/**
 * The database of this user's own: one that runs is used, else it is started, and made where there is none. Of several processes that
 * find none running one starts it. Errors: UserFacingError.
 */
export async function embeddedDatabase(
  folder: string,
  environment: Environment,
  kinds?: readonly ServerKind[],
): Promise<Database> {
  const account = await serverAccount();
  const place = await openServerFolder(folder, account);
  const start = async (): Promise<void> => {
    const server = await chooseServer(place, account, environment, kinds);
    if ((await writtenBy(place.cluster)) === null) await makeCluster(place, server, account);
    await runServer(place, server, account, () => answers(place));
  };
  const revive = single(() => running(place, start));
  await revive();
  return { name: `in ${place.path}`, settings: await settingsOf(place), revive };
}

/**
 * Ends the server of a folder with what is connected to it (SIGINT), or without writing anything more (SIGQUIT; PostgreSQL's
 * documentation, 19.5). Its process id; null: none ran.
 */
export async function stopEmbeddedServer(
  folder: string,
  signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT',
): Promise<number | null> {
  const place = await openServerFolder(folder, await serverAccount());
  const pid = await serverNumber(place);
  if (pid === null || !isServerOf(place, pid)) return null;
  process.kill(pid, signal);
  while ((await serverNumber(place)) === pid && isServerOf(place, pid)) await setTimeout(20);
  return pid;
}

async function running(place: ServerFolder, start: () => Promise<void>): Promise<void> {
  for (const end = Date.now() + WAITS_MS; !(await answers(place)); await setTimeout(50)) {
    const lock = await lockFile(place.lock);
    try {
      // Whoever had the lock before may have started it.
      if (lock !== null && !(await answers(place))) await start();
    } finally {
      await lock?.release();
    }
    if (Date.now() > end)
      throw new UserFacingError(
        'engine-unavailable',
        `Another process has been starting the engine’s database in ${place.path} for too long.`,
        { hint: `End it and remove ${place.lock}.`, outside: true },
      );
  }
}

/** Whether the server of this very folder takes connections. */
async function answers(place: ServerFolder): Promise<boolean> {
  const settings = await settingsOf(place);
  if (settings.password === '') return false;
  const client = new pg.Client(settings);
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      `SELECT current_setting('data_directory') AS folder`,
    );
    return rows[0]?.folder === place.cluster;
  } catch (error) {
    if (isPassing(error) || codeOf(error) === 'ENOTDIR') return false;
    throw unavailable({ name: `in ${place.path}` }, error);
  } finally {
    await client.end();
  }
}

async function settingsOf(place: ServerFolder): Promise<pg.ClientConfig & { readonly password: string }> {
  return {
    host: place.sockets,
    port: 5432,
    user: DATABASE_USER,
    database: 'postgres',
    password: await passwordOf(place),
    connectionTimeoutMillis: 10_000,
  };
}

/** Empty: the database is not made yet. */
async function passwordOf(place: ServerFolder): Promise<string> {
  try {
    return await readFile(place.passwordFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Whoever asks meanwhile waits for the same attempt. */
function single(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | null = null;
  return () => (current ??= work().finally(() => (current = null)));
}
