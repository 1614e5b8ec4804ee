import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { Database } from '../database.ts';
import type { WorkerTiming } from '../worker-timing.ts';
import { LOCK_CLASS } from './schema.ts';

/**
 * A worker's place among the workers: the first number whose lock nobody holds. It is held by a session of its own, so it is free as
 * soon as the worker, or the way to it, is dead. A worker that stands still (SIGSTOP) keeps its session; who was silent for too long
 * is made to lose it by the others.
 */
export interface Slot {
  /** "slot-1": DBOS knows the executor by it. */
  readonly name: string;
  /** The name of all connections of this worker: whoever takes its slot from it ends them all. */
  readonly holder: string;
  /** The session of the lock, where a worker may take the locks of dead ones for a while. */
  readonly client: pg.Client;
  /** Settles when the slot is not held any more. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

const MOST_SLOTS = 10_000;

export async function takeSlot(database: Database, timing: WorkerTiming): Promise<Slot> {
  const holder = `fettle-${randomUUID()}`;
  const client = new pg.Client({
    ...database.settings,
    application_name: holder,
    keepAlive: true,
    query_timeout: timing.silentMs / 2,
  });
  const ended = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  try {
    await client.connect();
    await endSilent(client, timing.silentMs);
    const number = await firstFree(client);
    await client.query(ENTER, [number, holder, hostname()]);
    return held(client, { number, holder, ended }, timing);
  } catch (error) {
    await client.end();
    throw error;
  }
}

function held(
  client: pg.Client,
  own: { readonly number: number; readonly holder: string; readonly ended: Promise<void> },
  timing: WorkerTiming,
): Slot {
  const stopped = new AbortController();
  const beats = beat(client, own, timing, stopped.signal);
  return {
    name: `slot-${own.number}`,
    holder: own.holder,
    client,
    lost: Promise.race([own.ended, beats]),
    release: async () => {
      stopped.abort();
      await client.end();
    },
  };
}

/** Ends when the slot is lost: another one has it, or this process was silent for so long that another one may have it. */
async function beat(
  client: pg.Client,
  own: { readonly number: number; readonly holder: string },
  timing: WorkerTiming,
  stopped: AbortSignal,
): Promise<void> {
  for (let last = Date.now(); ; last = Date.now()) {
    const waited = await setTimeout(timing.beatMs, true, { signal: stopped }).catch(() => false);
    if (!waited || Date.now() - last > timing.silentMs) return;
    try {
      const { rowCount } = await client.query(BEAT, [own.number, own.holder]);
      if (rowCount !== 1) return;
    } catch (error) {
      // The session is gone, or so slow that the others may think so.
      if (error instanceof Error) return;
      throw error;
    }
  }
}

async function firstFree(client: pg.Client): Promise<number> {
  for (let number = 1; number <= MOST_SLOTS; number++) if (await tryLock(client, number)) return number;
  throw new Error(`${MOST_SLOTS} workers hold all slots`);
}

/** The lock of a slot, for this session; false: another one has it. */
export async function tryLock(client: pg.Client, number: number): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS got', [
    LOCK_CLASS,
    number,
  ]);
  return rows[0]?.got === true;
}

export async function unlock(client: pg.Client, number: number): Promise<void> {
  await client.query('SELECT pg_advisory_unlock($1, $2)', [LOCK_CLASS, number]);
}

/** Ends the sessions of workers that were silent for so long, all of them: what is under way there is not written any more. */
export async function endSilent(client: pg.Client, silentMs: number): Promise<void> {
  await client.query(END_SILENT, [silentMs]);
}

const ENTER = `
  INSERT INTO fettle.slots (number, holder, machine, since, beat) VALUES ($1, $2, $3, now(), now())
  ON CONFLICT (number) DO UPDATE SET holder = excluded.holder, machine = excluded.machine, since = now(), beat = now()`;
const BEAT = 'UPDATE fettle.slots SET beat = now() WHERE number = $1 AND holder = $2';
const END_SILENT = `
  SELECT pg_terminate_backend(session.pid)
  FROM fettle.slots slot JOIN pg_stat_activity session ON session.application_name = slot.holder
  WHERE slot.beat < now() - $1 * interval '1 millisecond' AND slot.holder <> current_setting('application_name')`;
