import { ensureSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database';
import { GlobalLogger } from '@dbos-inc/dbos-sdk/internal/telemetry/logs';
import type pg from 'pg';
import { setTimeout } from 'node:timers/promises';
import { SILENT } from './silent-logger.ts';

/** DBOS's own tables, and fettle's beside them. */
export const DBOS_SCHEMA = 'fettle_dbos';

/** The first number of all advisory locks of the engine ("fett"). */
export const LOCK_CLASS = 0x66657474;
/** The second: slots have 1 and up. */
const SCHEMA_LOCK = 0;

/** What a version of fettle adds stands at the end. A statement may be done twice. */
const TABLES = [
  `CREATE SCHEMA IF NOT EXISTS fettle`,
  // A database that was lost and begins anew has to give greater numbers than the one before, or platforms would take its executions
  // for outdated ones: it starts with the present second, and no engine begins an execution every second.
  `DO $$ BEGIN
     IF to_regclass('fettle.generation') IS NULL THEN
       EXECUTE format('CREATE SEQUENCE fettle.generation START %s', floor(extract(epoch FROM now()))::bigint);
     END IF;
   END $$`,
  `CREATE TABLE IF NOT EXISTS fettle.slots (
     number int PRIMARY KEY, holder text NOT NULL, machine text NOT NULL,
     since timestamptz NOT NULL, beat timestamptz NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS fettle.states (
     run text PRIMARY KEY, generation bigint NOT NULL, state text NOT NULL, at timestamptz NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS fettle.kept (
     digest text NOT NULL, part int NOT NULL, bytes bytea NOT NULL, at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (digest, part))`,
];

/** Makes the tables that are not there yet. Of several processes one does it at a time: DBOS's migrations do not bear each other. */
export async function prepareSchema(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    // Waiting within a statement would make an index that is built concurrently wait for this one.
    while (!(await locked(client))) await setTimeout(50);
    for (const statement of TABLES) await client.query(statement);
    await ensureSystemDatabase('', new GlobalLogger(undefined, { logger: SILENT }), pool, DBOS_SCHEMA, true);
  } finally {
    // With its connection the lock ends as well.
    client.release(true);
  }
}

async function locked(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS got', [
    LOCK_CLASS,
    SCHEMA_LOCK,
  ]);
  return rows[0]?.got === true;
}
