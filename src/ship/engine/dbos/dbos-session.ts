import { DBOS } from '@dbos-inc/dbos-sdk';
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from '../database.ts';
import type { QueueLimits, Workflow } from '../engine.ts';
import { CONTRACT } from '../engine.ts';
import type { WorkerTiming } from '../worker-timing.ts';
import { APPLICATION } from './application.ts';
import { enginePool } from './engine-pool.ts';
import type { Gate } from './gate.ts';
import { openGate } from './gate.ts';
import { JSON_SERIALIZER } from './json-serializer.ts';
import { openClient } from './open-client.ts';
import { persistently } from './persistently.ts';
import { recoverRuns } from './recover.ts';
import { REMOVAL_MS, removeOld } from './remove-old.ts';
import type { Registered } from './run-context.ts';
import { runContext } from './run-context.ts';
import { DBOS_SCHEMA, prepareSchema } from './schema.ts';
import { SILENT } from './silent-logger.ts';
import type { Slot } from './slot.ts';
import { takeSlot } from './slot.ts';

/** A worker for as long as it holds one slot. */
export interface Session {
  readonly slot: string;
  /** Settles when the slot is lost: nothing is begun or recorded any more. */
  readonly lost: Promise<void>;
  isIdle(): Promise<boolean>;
  close(): Promise<void>;
}

/** How often a run may be begun anew before it is given up: a run that kills its workers must end, one of many days may not. */
const MOST_RECOVERIES = 1_000;
/** Of an ended connection DBOS does not always hear. */
const CLOSES_WITHIN_MS = 5_000;

type Workflows = readonly Workflow<never, unknown>[];

export async function openSession(
  database: Database,
  workflows: Workflows,
  limits: QueueLimits,
  timing: WorkerTiming,
): Promise<Session> {
  await prepared(database, limits, timing);
  const slot = await takeSlot(database, timing);
  const pool = enginePool(database, slot.holder, 10, true);
  const gate = openGate();
  void slot.lost.then(() => gate.shut());
  const close = (): Promise<void> => closed(gate, slot, pool, timing);
  try {
    await launched(workflows, slot, pool, gate);
  } catch (error) {
    await close();
    throw error;
  }
  void recovering(slot, gate, timing);
  void removing(slot, pool, gate);
  return { slot: slot.name, lost: slot.lost, isIdle: () => isIdle(pool, gate), close };
}

async function prepared(database: Database, limits: QueueLimits, timing: WorkerTiming): Promise<void> {
  const pool = enginePool(database, 'fettle', 2);
  try {
    await prepareSchema(pool);
    await withQueues(pool, limits, timing);
  } finally {
    await pool.end();
  }
}

async function launched(workflows: Workflows, slot: Slot, pool: pg.Pool, gate: Gate): Promise<void> {
  DBOS.setConfig({
    name: APPLICATION,
    // Shown in logs and not used: the pool knows the way.
    systemDatabaseUrl: 'postgresql://fettle@engine.invalid/fettle',
    systemDatabasePool: pool,
    systemDatabaseSchemaName: DBOS_SCHEMA,
    // Made already, by one process at a time.
    runMigrations: false,
    applicationVersion: String(CONTRACT),
    executorID: slot.name,
    serializer: JSON_SERIALIZER,
    logger: SILENT,
  });
  register(workflows, pool, gate);
  await DBOS.launch();
}

/** Before the launch: a queue that is made later is looked into a second later. */
async function withQueues(pool: pg.Pool, limits: QueueLimits, timing: WorkerTiming): Promise<void> {
  const client = await openClient(pool);
  try {
    for (const [name, limit] of [
      ['service', limits.service],
      ['region', limits.region],
    ] as const)
      await client.registerQueue(name, { partitionConcurrency: limit, minPollingIntervalMs: timing.queueMs });
  } finally {
    await client.destroy();
  }
}

function register(workflows: Workflows, pool: pg.Pool, gate: Gate): void {
  const registered = new Map<string, Registered>();
  for (const workflow of workflows) {
    const execute: Registered = async (input) => {
      const id = DBOS.workflowID;
      if (id === undefined) throw new Error('DBOS runs a workflow without an id');
      const generation = await gate.pass(true, () => nextGeneration(pool, gate));
      // What was asked for with an input of this workflow gets it.
      return workflow.run(input as never, runContext(id, generation, { pool, gate, registered }));
    };
    registered.set(
      workflow.name,
      DBOS.registerWorkflow(execute, { name: workflow.name, maxRecoveryAttempts: MOST_RECOVERIES }),
    );
  }
}

async function nextGeneration(pool: pg.Pool, gate: Gate): Promise<number> {
  const { rows } = await persistently(
    () => pool.query<{ next: string }>(`SELECT nextval('fettle.generation') AS next`),
    () => !gate.isShut,
  );
  return Number(rows[0]?.next);
}

async function recovering(slot: Slot, gate: Gate, timing: WorkerTiming): Promise<void> {
  while (!gate.isShut) {
    try {
      await recoverRuns(slot, timing.silentMs);
    } catch (error) {
      // The session of the slot has ended, which the worker notices itself, or the database is slow: the next time does it.
      if (!(error instanceof Error)) throw error;
    }
    await Promise.race([slot.lost, setTimeout(timing.recoverMs, undefined, { ref: false })]);
  }
}

/** At the beginning, and once a day. */
async function removing(slot: Slot, pool: pg.Pool, gate: Gate): Promise<void> {
  while (!gate.isShut) {
    try {
      const client = await openClient(pool);
      await removeOld(client, pool).finally(() => client.destroy());
    } catch (error) {
      // The database is away, or slow: the next time does it.
      if (!(error instanceof Error)) throw error;
    }
    await Promise.race([slot.lost, setTimeout(REMOVAL_MS, undefined, { ref: false })]);
  }
}

async function isIdle(pool: pg.Pool, gate: Gate): Promise<boolean> {
  if (gate.isShut) return false;
  const { rows } = await pool.query<{ busy: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM ${DBOS_SCHEMA}.workflow_status
       WHERE status IN ('ENQUEUED', 'DELAYED', 'PENDING') AND application_version = $1) AS busy`,
    [String(CONTRACT)],
  );
  return rows[0]?.busy === false;
}

/** What is under way is recorded first, where the slot still is this worker's. */
async function closed(gate: Gate, slot: Slot, pool: pg.Pool, timing: WorkerTiming): Promise<void> {
  gate.shut();
  await gate.settled(timing.graceMs);
  await within(DBOS.shutdown({ deregister: true }));
  await within(pool.end());
  await within(slot.release());
}

async function within(work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([
    work,
    setTimeout(CLOSES_WITHIN_MS, undefined, { signal: timer.signal }).catch(() => undefined),
  ]);
  timer.abort();
}
