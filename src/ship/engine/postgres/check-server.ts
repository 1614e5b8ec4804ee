import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { UserFacingError } from '../../../domain/errors.ts';
import type { Database } from '../database.ts';
import { unavailable } from './database-problems.ts';

/** `gen_random_uuid` without an extension, which the engine's tables use, came with it. */
const OLDEST = 13;

/**
 * Refuses what the engine cannot live in: another database that speaks PostgreSQL's protocol, an old PostgreSQL, and a pooler that
 * gives every transaction another session, for whoever holds a slot holds it by a lock of its session.
 */
export async function checkServer(database: Database): Promise<void> {
  const first = await connected(database);
  try {
    await checkVersion(first, database);
    const second = await connected(database);
    try {
      if (!(await haveSessions(first, second))) throw pooled(database);
    } finally {
      await second.end();
    }
  } finally {
    await first.end();
  }
}

async function connected(database: Database): Promise<pg.Client> {
  const client = new pg.Client(database.settings);
  // What happens to it shows in the query that fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw unavailable(database, error);
  }
}

async function checkVersion(client: pg.Client, database: Database): Promise<void> {
  const { rows } = await client.query<{ version: string; number: string }>(
    `SELECT version(), current_setting('server_version_num') AS number`,
  );
  const { version = '', number = '0' } = rows[0] ?? {};
  const major = Math.floor(Number(number) / 10_000);
  if (version.startsWith('PostgreSQL ') && major >= OLDEST) return;
  throw new UserFacingError(
    'engine-unsuitable',
    `The engine needs PostgreSQL ${OLDEST} or newer; ${database.name} is ${version.split(' on ')[0]}.`,
    { hint: 'Name another with --engine or FETTLE_ENGINE, or none: fettle then runs one of its own.' },
  );
}

/**
 * Two connections that are open at the same time have sessions of their own: other processes of the server, and settings that stay.
 * The order is an uneven one, so that a pooler that takes turns between several servers shows itself as well.
 */
async function haveSessions(first: pg.Client, second: pg.Client): Promise<boolean> {
  const marks = new Map([first, second].map((client) => [client, { mark: randomUUID(), pid: 0 }]));
  for (const [client, own] of marks) {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pg_backend_pid() AS pid, set_config('fettle.mark', $1, false)`,
      [own.mark],
    );
    own.pid = rows[0]?.pid ?? 0;
  }
  for (const client of [first, second, second, first, first, second, first]) {
    const { rows } = await client.query<{ pid: number; mark: string }>(
      `SELECT pg_backend_pid() AS pid, current_setting('fettle.mark', true) AS mark`,
    );
    const own = marks.get(client);
    if (rows[0]?.pid !== own?.pid || rows[0]?.mark !== own?.mark) return false;
  }
  return marks.get(first)?.pid !== marks.get(second)?.pid;
}

function pooled(database: Database): UserFacingError {
  return new UserFacingError(
    'engine-unsuitable',
    `Between fettle and ${database.name} stands a pooler that gives every transaction another session (PgBouncer’s pool_mode=transaction).`,
    {
      hint: 'Give the address of the server itself, or of a pool with pool_mode=session.',
    },
  );
}
