import type { StageSettings } from '../../domain/deploy-settings.ts';
import type { Rollout } from '../../domain/rollout.ts';
import { begin, deadlineIn, end, heldTooLong, isOver, listen, showWaiting, tell } from './run-board.ts';
import type { Deadline, RunBoard } from './run-board.ts';
import { withStageStatus } from './rollout-state.ts';
import { failed } from './stop.ts';
import type { Stop } from './stop.ts';

const POLL_MS = 60_000;

/** Until somebody approves of a stage. Null: it may begin. */
export async function awaitApproval(board: RunBoard<Rollout>, stage: StageSettings): Promise<Stop | null> {
  const { name, deadlines } = stage;
  const until = await deadlineIn(board, deadlines.approval);
  await begin(board, { kind: 'approval', stage: name, said: `waits for approval of ${name}` });
  const waiting = { what: `approval of ${name}`, until: new Date(until.at).toISOString() };
  await tell(board, { ...withStageStatus(board.told, name, 'approval'), status: 'waiting', waiting });
  const stop = await untilApproved(board, stage, until, waiting);
  await tell(board, { ...board.told, status: 'running', waiting: null });
  const seen = stop === null ? `approved by ${board.approved.get(name)}` : stop.what;
  await end(board, {
    ...{ outcome: stop === null ? 'done' : 'failed', said: seen, seen, how: 'what the rollout was told' },
    ...{ claim: `somebody approved of ${name}`, verdict: stop === null ? 'proven' : stop.verdict },
  });
  return stop;
}

async function untilApproved(
  board: RunBoard<Rollout>,
  { name, deadlines }: StageSettings,
  until: Deadline,
  waiting: NonNullable<Rollout['waiting']>,
): Promise<Stop | null> {
  // What is held stays where it is: an approval is kept, and counts once it is resumed.
  while (!board.approved.has(name) || board.held !== null) {
    await showWaiting(board, waiting);
    if (board.held !== null && (await isOver(board, board.held.until))) return heldTooLong(board.held);
    if (board.held === null && (await isOver(board, until)))
      return failed(
        `nobody approved of ${name} within ${deadlines.approval} s; it was not begun, and the stages before stay as they are`,
        `fettle deploy begins anew; approve it in time`,
      );
    const told = await listen(board, Math.min(POLL_MS, deadlines.approval * 1000));
    if (told !== null) return told;
  }
  return null;
}
