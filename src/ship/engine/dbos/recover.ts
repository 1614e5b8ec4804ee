import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor';
import { CONTRACT } from '../engine.ts';
import { DBOS_SCHEMA } from './schema.ts';
import type { Slot } from './slot.ts';
import { endSilent, tryLock, unlock } from './slot.ts';

/**
 * Puts the runs of dead workers back into their queues, where any worker finds them. Their slot is held meanwhile: no new worker can
 * be given it and have its own runs taken away.
 */
export async function recoverRuns(slot: Slot, silentMs: number): Promise<void> {
  await endSilent(slot.client, silentMs);
  const { rows } = await slot.client.query<{ executor: string }>(ABANDONED, [String(CONTRACT), slot.name]);
  for (const { executor } of rows) {
    const number = Number(executor.slice('slot-'.length));
    if (!(await tryLock(slot.client, number))) continue;
    try {
      await DBOSExecutor.globalInstance?.recoverPendingWorkflows([executor]);
    } finally {
      await unlock(slot.client, number);
    }
  }
}

const ABANDONED = `
  SELECT DISTINCT executor_id AS executor FROM ${DBOS_SCHEMA}.workflow_status
  WHERE status = 'PENDING' AND application_version = $1 AND executor_id <> $2 AND executor_id ~ '^slot-[0-9]{1,9}$'`;
