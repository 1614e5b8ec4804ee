import type { DBOSClient, WorkflowStatus } from '@dbos-inc/dbos-sdk';
import type pg from 'pg';
import { dbosStatuses } from './run-records.ts';
import { DBOS_SCHEMA } from './schema.ts';

/** How long what is over is kept. In milliseconds. */
export interface Keeping {
  /** Bytes that no run has named for so long: what was built of them is elsewhere. */
  readonly bytesMs: number;
  /** Runs that ended so long ago; the youngest of each service stays, for one can go back from it. */
  readonly runsMs: number;
}

const DAY_MS = 86_400_000;
export const USUAL_KEEPING: Keeping = { bytesMs: 30 * DAY_MS, runsMs: 90 * DAY_MS };
/** How often it is looked for. */
export const REMOVAL_MS = DAY_MS;

/** At a time; the rest is removed the next day. */
const MOST_RUNS = 5_000;

/** Removes what nobody needs any more. Doing it twice, or at the same time as another worker, does no harm. */
export async function removeOld(client: DBOSClient, pool: pg.Pool, keeping = USUAL_KEEPING): Promise<void> {
  await removeRuns(client, pool, keeping.runsMs);
  await removeBytes(client, pool, keeping.bytesMs);
}

async function removeRuns(client: DBOSClient, pool: pg.Pool, ageMs: number): Promise<void> {
  const before = Date.now() - ageMs;
  const ended = await client.listWorkflows({
    ...{ hasParent: false, status: dbosStatuses(['done', 'failed', 'cancelled']), limit: MOST_RUNS },
    ...{ endTime: new Date(before).toISOString(), loadInput: false, loadOutput: false },
  });
  const old: string[] = [];
  for (const run of ended)
    if ((run.updatedAt ?? run.createdAt) < before && (await isFollowed(client, run)))
      old.push(run.workflowID);
  if (old.length > 0) await client.deleteWorkflows(old, true);
  await pool.query(REMOVE_STATES, [ageMs]);
}

const REMOVE_STATES = `
  DELETE FROM fettle.states WHERE at < now() - $1 * interval '1 millisecond'
    AND NOT EXISTS (SELECT 1 FROM ${DBOS_SCHEMA}.workflow_status WHERE workflow_uuid = run)`;

/** Whether a later run stands in the same place. */
async function isFollowed(
  client: DBOSClient,
  { workflowID, queuePartitionKey }: WorkflowStatus,
): Promise<boolean> {
  if (queuePartitionKey === undefined) return true;
  const [youngest] = await client.listWorkflows({
    ...{ hasParent: false, attributes: { partition: queuePartitionKey }, sortDesc: true, limit: 1 },
    ...{ loadInput: false, loadOutput: false },
  });
  return youngest !== undefined && youngest.workflowID !== workflowID;
}

/** What was put or asked for lately, and what a young or an unfinished run names in its input, stays. */
async function removeBytes(client: DBOSClient, pool: pg.Pool, ageMs: number): Promise<void> {
  const load = { hasParent: false, loadInput: true, loadOutput: false };
  const startTime = new Date(Date.now() - ageMs).toISOString();
  const young = await client.listWorkflows({ ...load, startTime });
  const open = await client.listWorkflows({ ...load, status: dbosStatuses(['queued', 'running']) });
  const named = [...young, ...open].flatMap(({ input }) => JSON.stringify(input ?? null).match(DIGEST) ?? []);
  await pool.query(REMOVE_BYTES, [ageMs, named]);
}

const DIGEST = /sha256:[0-9a-f]{64}/g;

/** One that is put again meanwhile waits for the first part's end, and is then put whole. */
const REMOVE_BYTES = `
  WITH gone AS (
    DELETE FROM fettle.kept WHERE part = 0 AND at < now() - $1 * interval '1 millisecond' AND digest <> ALL($2)
    RETURNING digest)
  DELETE FROM fettle.kept WHERE part > 0 AND digest IN (SELECT digest FROM gone)`;
