import { setTimeout } from 'node:timers/promises';
import type { Database } from '../database.ts';
import type { EngineWorker, QueueLimits, Workflow } from '../engine.ts';
import { isOfDatabase, unavailable } from '../postgres/database-problems.ts';
import type { WorkerTiming } from '../worker-timing.ts';
import type { Session } from './dbos-session.ts';
import { openSession } from './dbos-session.ts';

/** Between attempts to get back to a database that is away. */
const PAUSE_MS = 500;

/** DBOS keeps what it knows in the process: there is one worker in it at a time. */
let isTaken = false;

/**
 * A worker that goes on when it loses its slot, for its database was away or itself stood still: it lets go of all it was at, takes a
 * slot anew, and works on, at its old runs too where no other worker has them by then. Errors of the start: UserFacingError.
 */
export async function startDbosWorker(
  database: Database,
  workflows: readonly Workflow<never, unknown>[],
  limits: QueueLimits,
  timing: WorkerTiming,
): Promise<EngineWorker> {
  if (isTaken) throw new Error('A worker runs in this process already');
  isTaken = true;
  const open = (): Promise<Session> => openSession(database, workflows, limits, timing);
  try {
    return lasting(await open(), open, database);
  } catch (error) {
    isTaken = false;
    throw isOfDatabase(error) ? unavailable(database, error) : error;
  }
}

function lasting(first: Session, open: () => Promise<Session>, database: Database): EngineWorker {
  const stopping = new AbortController();
  const { signal } = stopping;
  const asked = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  let slot = first.slot;
  /** Null: between two sessions. */
  let current: Session | null = first;
  const work = async (): Promise<void> => {
    while (current !== null) {
      await Promise.race([current.lost, asked]);
      const over: Session = current;
      current = null;
      await over.close();
      current = await again(open, database, signal);
      slot = current?.slot ?? slot;
    }
  };
  const done = work();
  return {
    get slot() {
      return slot;
    },
    isIdle: async () => (await current?.isIdle()) ?? false,
    stop: async () => {
      stopping.abort();
      await done;
      isTaken = false;
    },
  };
}

/** Null: it was stopped. Whatever is wrong with the database may be mended while the worker waits. */
async function again(
  open: () => Promise<Session>,
  database: Database,
  signal: AbortSignal,
): Promise<Session | null> {
  while (!signal.aborted) {
    try {
      await database.revive();
      return await open();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
  return null;
}
