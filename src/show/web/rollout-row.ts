import type { Rollout } from '../../domain/rollout.ts';
import { holderIn } from '../../ship/rollout/held-words.ts';
import { plain } from '../report/plain-text.ts';
import { stepNow } from '../report/rollout-words.ts';
import type { RolloutDetails, RolloutRow } from './page-api.ts';
import type { RolloutAction } from './rollout-source.ts';

export function isAtWork({ status }: Pick<Rollout, 'status'>): boolean {
  return status === 'running' || status === 'waiting';
}

/** The stage that waits for somebody's approval; null: none does. */
export function waitsFor(rollout: Rollout): string | null {
  if (!isAtWork(rollout)) return null;
  return rollout.stages.find(({ status }) => status === 'approval')?.name ?? null;
}

/** Who holds it, and until when; null: nobody does. */
export function heldOf(rollout: Rollout): RolloutDetails['held'] {
  const { waiting } = rollout;
  const by = waiting === null || !isAtWork(rollout) ? null : holderIn(waiting.what);
  return waiting === null || by === null ? null : { by: plain(by), until: waiting.until };
}

export function rolloutRow(rollout: Rollout): RolloutRow {
  const { request, status, stages, updatedAt } = rollout;
  const at = stages.findLast((stage) => stage.status !== 'waiting') ?? stages[0];
  const now = isAtWork(rollout) ? stepNow(rollout) : null;
  return {
    ...{ id: request.id, service: request.settings.service, platform: request.settings.platform, status },
    ...{ stage: at?.name ?? request.until, percent: at?.percent ?? 0, now: now === null ? null : plain(now) },
    ...{ by: plain(request.by), createdAt: request.createdAt, updatedAt, waitsFor: waitsFor(rollout) },
  };
}

/** What may be told to a rollout as it stands. One that is over and was not taken back can be, by a rollout of its own. */
export function possibleActions(
  rollout: Rollout,
): readonly { readonly kind: RolloutAction; readonly stage: string | null }[] {
  const stage = waitsFor(rollout);
  if (!isAtWork(rollout))
    return rollout.stages.some(({ status }) => status === 'done') ? [{ kind: 'rollback', stage: null }] : [];
  return [
    ...(stage === null ? [] : [{ kind: 'approve', stage } as const]),
    heldOf(rollout) !== null ? { kind: 'resume', stage: null } : { kind: 'hold', stage: null },
    { kind: 'rollback', stage: null },
  ];
}

/**
 * What a decision was made on: a ticket is good while this is the same. Steps and shares move by themselves all the time while a rollout
 * runs, and whoever wants to stop it must not be refused for that; an approval is for one stage of one artifact.
 */
export function stateMark(rollout: Rollout, kind: RolloutAction): string {
  const { status, artifact, waiting, stages } = rollout;
  const active = stages.findLast((stage) => stage.status !== 'waiting');
  const decided = [status, waitsFor(rollout), active?.name ?? null, heldOf(rollout) !== null];
  return JSON.stringify(kind === 'approve' ? [...decided, artifact, waiting?.until ?? null] : decided);
}
