import { setTimeout } from 'node:timers/promises';
import type { UserFacingError } from '../../../domain/errors.ts';
import type { Database } from '../database.ts';
import type { EngineWorker, QueueLimits, Workflow } from '../engine.ts';
import { isOfDatabase, unavailable } from '../postgres/database-problems.ts';
import type { WorkerTiming } from '../worker-timing.ts';
import type { Session } from './dbos-session.ts';
import { openSession } from './dbos-session.ts';

/** Between attempts to get back to a database that is away. */
const PAUSE_MS = 500;
/** The attempt whose failure is told. */
const TOLD_ATTEMPT = 3;

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
  onNotice: (notice: string) => void = () => undefined,
): Promise<EngineWorker> {
  if (isTaken) throw new Error('A worker runs in this process already');
  isTaken = true;
  const stopping = new AbortController();
  const { signal } = stopping;
  const open = (): Promise<Session> => openSession(database, workflows, limits, timing);
  try {
    return lasting(await open(), () => again(open, database, onNotice, signal), stopping);
  } catch (error) {
    isTaken = false;
    throw isOfDatabase(error) ? unavailable(database, error) : error;
  }
}

function lasting(
  first: Session,
  next: () => Promise<Session | null>,
  stopping: AbortController,
): EngineWorker {
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
      current = await next();
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

/**
 * Null: it was stopped. Whatever is wrong with the database may be mended while the worker waits. What is over at the first or second
 * attempt nobody needs to know.
 */
async function again(
  open: () => Promise<Session>,
  database: Database,
  onNotice: (notice: string) => void,
  signal: AbortSignal,
): Promise<Session | null> {
  for (let attempts = 1; !signal.aborted; attempts++) {
    try {
      await database.revive();
      const session = await open();
      if (attempts > TOLD_ATTEMPT) onNotice(`the database is back: worker ${session.slot} goes on`);
      return session;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (attempts === TOLD_ATTEMPT) onNotice(awayNotice(unavailable(database, error)));
      await setTimeout(PAUSE_MS);
    }
  }
  return null;
}

function awayNotice({ message, hint }: UserFacingError): string {
  return `${message}${hint === null ? '' : ` ${hint}`} The worker tries on until it can go on.`;
}
