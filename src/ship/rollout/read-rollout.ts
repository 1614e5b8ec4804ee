import type { Rollout } from '../../domain/rollout.ts';
import type { Engine, RunRecord } from '../engine/engine.ts';
import { stageRunId } from './rollout-names.ts';
import { newRollout, withStage } from './rollout-state.ts';
import type { StageProgress } from './rollout-state.ts';
import type { RolloutRequest } from '../../domain/rollout.ts';

/** A rollout as it stands now, with what its stage at work tells; null: there is none of that id. */
export async function readRollout(engine: Engine, id: string): Promise<Rollout | null> {
  const record = await engine.read(id);
  if (record === null || record.workflow !== 'rollout') return null;
  const rollout = rolloutOf(record);
  const running = rollout.stages.find(({ status }) => status === 'running');
  if (running === undefined || !isAtWork(rollout)) return asEnded(rollout, record);
  const child = await engine.read(stageRunId(id, running.name));
  if (child === null) return asEnded(rollout, record);
  if (child.status === 'queued') return asEnded({ ...rollout, status: 'waiting' }, record);
  const progress = child.state as StageProgress | null;
  const merged = progress === null ? rollout : withStage(rollout, progress);
  return asEnded(asEnded(merged, child), record);
}

/** What a run published; what it will publish first, where it did not come to that yet. */
function rolloutOf(record: RunRecord): Rollout {
  if (record.state !== null && record.state !== undefined) return record.state as Rollout;
  const request = record.input as RolloutRequest;
  return { ...newRollout(request, 0, record.createdAt), status: 'waiting' };
}

function isAtWork({ status }: Rollout): boolean {
  return status === 'running' || status === 'waiting';
}

/** A run that the engine ended did not come to say so itself. */
function asEnded(rollout: Rollout, { status, error, id }: RunRecord): Rollout {
  if (!isAtWork(rollout) || (status !== 'cancelled' && status !== 'failed')) return rollout;
  const where = rollout.stages
    .filter((stage) => stage.status === 'running' && stage.canary !== null)
    .map(({ name, canary, percent }) => `in ${name}, ${canary} had ${percent} % of the traffic`);
  const why =
    status === 'cancelled' ? 'it was cancelled' : `a bug ended it: ${error ?? 'nothing is known of it'}`;
  return {
    ...rollout,
    ...{ status, waiting: null },
    problem: {
      what: [why, ...where].join('; '),
      hint:
        where.length === 0
          ? `nothing was written in a stage that did not end; see fettle rollouts show ${id}`
          : 'the traffic stays as it is; fettle rollback puts it on the last stable revision',
    },
  };
}
