import type { RolloutCommand, StepKind } from '../../domain/rollout.ts';
import type { RunContext } from '../engine/engine.ts';
import type { RolloutTools } from './rollout-tools.ts';
import { heldWords } from './held-words.ts';
import { begun, ended, withCommand } from './rollout-state.ts';
import type { Finding, Told } from './rollout-state.ts';
import type { Stop } from './stop.ts';

/** A hold that somebody asked for; it ends by itself in a rollback. */
export interface Held {
  readonly by: string;
  readonly until: Deadline;
}

/** By the clock, or by what was waited, whichever is first: a clock that is set back makes nothing last for ever. */
export interface Deadline {
  readonly at: number;
  readonly waitedMs: number;
  /** What had been held when it was set: holds after that do not count. Null: they do. */
  readonly heldMs: number | null;
}

/**
 * Where one execution stands. Its fields change as the run goes on, each by what the engine recorded, so that an execution that takes
 * over comes to the same.
 */
export interface RunBoard<T extends Told> {
  readonly context: RunContext;
  readonly tools: RolloutTools;
  /** Seconds that a hold may last. */
  readonly holdSeconds: number;
  told: T;
  held: Held | null;
  rollback: Stop | null;
  /** Stage to whoever approved of it. */
  readonly approved: Map<string, string>;
  /** All that was waited for by now, in milliseconds. */
  waitedMs: number;
  /** How much of it in holds, which is not taken from a step's time. */
  heldMs: number;
}

export function newBoard<T extends Told>(
  context: RunContext,
  tools: RolloutTools,
  told: T,
  holdSeconds: number,
): RunBoard<T> {
  return {
    ...{ context, tools, told, holdSeconds, held: null, rollback: null, approved: new Map() },
    ...{ waitedMs: 0, heldMs: 0 },
  };
}

export async function tell<T extends Told>(board: RunBoard<T>, next: T): Promise<void> {
  board.told = next;
  await board.context.publish(next);
}

export async function begin<T extends Told>(
  board: RunBoard<T>,
  step: { readonly kind: StepKind; readonly stage: string | null; readonly said: string },
): Promise<void> {
  const now = await board.context.now();
  await tell(board, begun(board.told, step, now.toISOString()));
}

export async function end<T extends Told>(board: RunBoard<T>, finding: Finding): Promise<void> {
  const now = await board.context.now();
  await tell(board, ended(board.told, finding, now.toISOString()));
}

export async function deadlineIn(board: RunBoard<Told>, seconds: number): Promise<Deadline> {
  const now = await board.context.now();
  const span = seconds * 1000;
  return { at: now.getTime() + span, waitedMs: board.waitedMs + span, heldMs: board.heldMs };
}

export async function isOver(board: RunBoard<Told>, deadline: Deadline): Promise<boolean> {
  const now = await board.context.now();
  const { at, waitedMs, heldMs } = deadline;
  const held = heldMs === null ? 0 : board.heldMs - heldMs;
  return now.getTime() >= at + held || board.waitedMs >= waitedMs + held;
}

/** Sleeps and hears nothing: where a rollback is under way. */
export async function sleepOn(board: RunBoard<Told>, ms: number): Promise<void> {
  await board.context.sleep(ms);
  board.waitedMs += ms;
}

/** Sleeps until the time is over or something is told; what was told is then on the board. A rollback that was told is given. */
export async function listen(board: RunBoard<Told>, ms: number): Promise<Stop | null> {
  await heard(board, ms);
  return board.rollback;
}

/** Whether something was told within the time. */
async function heard(board: RunBoard<Told>, ms: number): Promise<boolean> {
  const command = await board.context.waitFor<RolloutCommand>('command', ms);
  if (command !== null) {
    await obey(board, command);
    return true;
  }
  board.waitedMs += ms;
  if (board.held !== null) board.heldMs += ms;
  return false;
}

async function obey(board: RunBoard<Told>, command: RolloutCommand): Promise<void> {
  board.told = withCommand(board.told, command);
  switch (command.kind) {
    case 'approve':
      board.approved.set(command.stage, command.by);
      return;
    case 'hold':
      board.held ??= {
        by: command.by,
        until: { ...(await deadlineIn(board, board.holdSeconds)), heldMs: null },
      };
      return;
    case 'resume':
      board.held = null;
      return;
    case 'rollback': {
      const why = command.why === '' ? '' : `: ${command.why}`;
      board.rollback = {
        ...{ kind: 'commanded', verdict: 'unknown', what: `${command.by} told it to roll back${why}` },
        hint: 'mend it and run fettle deploy again',
      };
      return;
    }
    default:
      // What a later fettle may say, and this one does not know, changes nothing.
      return;
  }
}

/** Takes what was told meanwhile, and waits while somebody holds the rollout. Null: it may go on. */
export async function mayGoOn(board: RunBoard<Told>): Promise<Stop | null> {
  while (await heard(board, 0)) if (board.rollback !== null) return board.rollback;
  while (board.held !== null) {
    await showWaiting(board);
    if (await isOver(board, board.held.until)) return heldTooLong(board.held);
    if ((await listen(board, HELD_POLL_MS)) !== null) return board.rollback;
  }
  await showWaiting(board);
  return null;
}

const HELD_POLL_MS = 15_000;

export function heldTooLong({ by }: Held): Stop {
  return {
    ...{ kind: 'failed', verdict: 'unknown', what: `the hold of ${by} lasted to its deadline` },
    hint: 'fettle deploy begins anew; a hold is ended by resuming it in time',
  };
}

/** Tells of a hold while there is one, else of what is waited for besides; each once. */
export async function showWaiting(board: RunBoard<Told>, beside: Told['waiting'] = null): Promise<void> {
  const { held, told } = board;
  const waiting =
    held === null ? beside : { what: heldWords(held.by), until: new Date(held.until.at).toISOString() };
  if (JSON.stringify(waiting) !== JSON.stringify(told.waiting)) await tell(board, { ...told, waiting });
}
