import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { UserFacingError } from '../../../domain/errors.ts';
import type { Database } from '../database.ts';
import type { Engine } from '../engine.ts';
import { CONTRACT } from '../engine.ts';
import { isOfDatabase, unavailable } from '../postgres/database-problems.ts';
import { USUAL_TIMING } from '../worker-timing.ts';
import { enginePool } from './engine-pool.ts';
import { keepBytes, keptBytes } from './kept-bytes.ts';
import { openClient } from './open-client.ts';
import { persistently } from './persistently.ts';
import { dbosStatuses, runRecords } from './run-records.ts';
import { LOCK_CLASS, prepareSchema } from './schema.ts';

/** How long a database that went away is waited for; DBOS alone would wait for ever. */
const PATIENCE_MS = 20_000;
/** Making all tables takes a second, and on a machine that is busy much longer; another process may be at it. */
const TABLES_PATIENCE_MS = 120_000;

/** The engine on a database, for those who ask for runs. Errors of all it does: UserFacingError `engine-unavailable`. */
export async function openDbosEngine(database: Database): Promise<Engine> {
  const pool = enginePool(database, 'fettle', 4);
  await patiently(database, () => prepareSchema(pool), TABLES_PATIENCE_MS);
  const client = await openClient(pool);
  const asked = <T>(work: () => Promise<T>): Promise<T> => patiently(database, work);
  return {
    ...requests(client, asked),
    list: (filter) =>
      asked(() =>
        runRecords(client, pool, {
          hasParent: false,
          sortDesc: true,
          limit: filter.most,
          ...(filter.workflow === undefined ? {} : { workflowName: filter.workflow }),
          ...(filter.partition === undefined ? {} : { attributes: { partition: filter.partition } }),
          ...(filter.status === undefined ? {} : { status: dbosStatuses(filter.status) }),
        }),
      ),
    read: (id) => asked(async () => (await runRecords(client, pool, { workflowIDs: [id] }))[0] ?? null),
    keep: (digest, bytes) => asked(() => keepBytes(pool, digest, bytes)),
    kept: (digest) => asked(() => keptBytes(pool, digest)),
    workers: () => asked(() => workersOf(pool)),
    close: async () => {
      await client.destroy();
      await pool.end();
    },
  };
}

function requests(
  client: DBOSClient,
  asked: <T>(work: () => Promise<T>) => Promise<T>,
): Pick<Engine, 'enqueue' | 'signal' | 'cancel'> {
  let lastSignal: Promise<unknown> = Promise.resolve();
  return {
    enqueue: (workflow, id, input, place) =>
      asked(async () => {
        await client.enqueue(
          {
            workflowName: workflow.name,
            workflowID: id,
            queueName: place.queue,
            queuePartitionKey: place.partition,
            appVersion: String(CONTRACT),
            attributes: { partition: place.partition },
          },
          input,
        );
      }),
    signal: (id, signal, value) => {
      const key = randomUUID();
      const sent = lastSignal.then(() => asked(() => sendSignal(client, id, { signal, value, key })));
      // Their order is that of the milliseconds in which they came.
      lastSignal = sent.then(
        () => setTimeout(2),
        () => undefined,
      );
      return sent;
    },
    cancel: (id) => asked(() => client.cancelWorkflow(id, { cancelChildren: true })),
  };
}

async function sendSignal(
  client: DBOSClient,
  id: string,
  message: { readonly signal: string; readonly value: unknown; readonly key: string },
): Promise<void> {
  try {
    await client.send(id, message.value, message.signal, message.key);
  } catch (error) {
    if (!(error instanceof Error) || !/non-existent/i.test(error.message)) throw error;
    throw new UserFacingError('usage', `There is no run ${id}.`, {
      hint: '"fettle rollouts" lists those there are.',
    });
  }
}

/** Those who hold their slot's lock and were heard of lately. */
async function workersOf(
  pool: pg.Pool,
): Promise<readonly { readonly slot: string; readonly machine: string; readonly since: string }[]> {
  const { rows } = await pool.query<{ number: number; machine: string; since: Date }>(WORKERS, [
    LOCK_CLASS,
    USUAL_TIMING.silentMs,
  ]);
  return rows.map((row) => ({
    slot: `slot-${row.number}`,
    machine: row.machine,
    since: row.since.toISOString(),
  }));
}

const WORKERS = `
  SELECT number, machine, since FROM fettle.slots slot
  WHERE beat > now() - $2 * interval '1 millisecond' AND EXISTS (
    SELECT 1 FROM pg_locks held WHERE held.locktype = 'advisory' AND held.granted AND held.classid = $1::int8::oid
      AND held.objid = slot.number::oid AND held.objsubid = 2
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
  ORDER BY number`;

async function patiently<T>(
  database: Database,
  work: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + patienceMs;
  const timer = new AbortController();
  const late = setTimeout(patienceMs, undefined, { signal: timer.signal }).then(() => {
    throw unavailable(database, new Error('it has been away for too long'));
  });
  try {
    return await Promise.race([persistently(work, () => Date.now() < end), late]);
  } catch (error) {
    if (isOfDatabase(error)) throw unavailable(database, error);
    throw error;
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
