import type { DBOSClient, GetWorkflowsInput, WorkflowStatus } from '@dbos-inc/dbos-sdk';
import type pg from 'pg';
import type { RunRecord, RunStatus } from '../engine.ts';

/** DBOS's words for ours. */
const STATUSES: Readonly<Record<RunStatus, readonly string[]>> = {
  queued: ['ENQUEUED', 'DELAYED'],
  running: ['PENDING'],
  done: ['SUCCESS'],
  failed: ['ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'],
  cancelled: ['CANCELLED'],
};

export function dbosStatuses(statuses: readonly RunStatus[]): NonNullable<GetWorkflowsInput['status']> {
  return statuses.flatMap((status) => STATUSES[status]) as NonNullable<GetWorkflowsInput['status']>;
}

/** Runs with what they published last. */
export async function runRecords(
  client: DBOSClient,
  pool: pg.Pool,
  wanted: GetWorkflowsInput,
): Promise<readonly RunRecord[]> {
  const found = await client.listWorkflows({ ...wanted, loadInput: true, loadOutput: true });
  const { rows } = await pool.query<{ run: string; state: string }>(STATES, [
    found.map((run) => run.workflowID),
  ]);
  const states = new Map(rows.map((row) => [row.run, row.state]));
  return found.map((run) => recordOf(run, states.get(run.workflowID)));
}

const STATES = 'SELECT run, state FROM fettle.states WHERE run = ANY($1)';

function recordOf(run: WorkflowStatus, state: string | undefined): RunRecord {
  return {
    id: run.workflowID,
    workflow: run.workflowName,
    status: (Object.keys(STATUSES) as RunStatus[]).find((word) => STATUSES[word].includes(run.status))!,
    partition: run.queuePartitionKey ?? null,
    createdAt: new Date(run.createdAt).toISOString(),
    updatedAt: new Date(run.updatedAt ?? run.createdAt).toISOString(),
    input: run.input?.[0] ?? null,
    state: state === undefined ? null : (JSON.parse(state) as unknown),
    error: errorOf(run),
  };
}

function errorOf(run: WorkflowStatus): string | null {
  if (run.status === 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')
    return 'Its workers died again and again; it was given up';
  if (run.status !== 'ERROR') return null;
  return run.error instanceof Error ? run.error.message : String(run.error);
}
