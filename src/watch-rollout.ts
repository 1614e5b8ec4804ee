import type { Rollout } from './domain/rollout.ts';
import type { World } from './io/world.ts';
import { isOver, rollout, waitingStage } from './rollouts.ts';
import type { RolloutClient } from './rollout-client.ts';
import type { WorkerKeeper } from './worker-keeper.ts';

const POLL_MS = 500;

/** How a rollout is followed. */
export interface RolloutWatch {
  /** Called with each state that differs from the one before. */
  readonly onState: (rollout: Rollout) => void;
  /** Sees to it that somebody works at it. */
  readonly keeper: WorkerKeeper;
  /** A stage that was approved of a moment ago, which the rollout may not have heard of yet; '*': every stage was. */
  readonly approved: string | null;
}

/** Until the rollout is over, or waits for somebody's approval. Ending this ends nothing of the rollout. */
export async function watchRollout(
  client: RolloutClient,
  id: string,
  { onState, keeper, approved }: RolloutWatch,
  { clock }: Pick<World, 'clock'>,
): Promise<Rollout> {
  let seen = '';
  for (;;) {
    const state = await rollout(client, id);
    const mark = JSON.stringify([state.status, state.updatedAt, state.steps.length, state.waiting]);
    if (mark !== seen) onState(state);
    seen = mark;
    const waiting = waitingStage(state);
    if (isOver(state) || (waiting !== null && approved !== '*' && waiting !== approved)) return state;
    await keeper.keep();
    await clock.sleep(POLL_MS);
  }
}
