import type { Answer, Guard, Platform, ServiceState, TrafficShare } from '../deployment/platform.ts';
import { clean, pauseFor } from './rollout-tools.ts';
import type { RolloutTools } from './rollout-tools.ts';
import { isOver, listen, sleepOn } from './run-board.ts';
import type { Deadline } from './run-board.ts';
import { sameShares, trafficText, viewOf } from './service-view.ts';
import type { ServiceView } from './service-view.ts';
import { sawService } from './stage-run.ts';
import type { StageRun } from './stage-run.ts';
import { failed, passed, stopOf } from './stop.ts';
import type { Outcome, Stop } from './stop.ts';

/** One write, told by what is to be so once it is done; so it can be asked again whenever its answer was lost. */
export interface GuardedWrite {
  readonly name: string;
  readonly until: Deadline;
  /** Whether a command may break it off. Not where a rollback is under way. */
  readonly listens: boolean;
  /** The traffic that it will make; null: it makes no other. */
  readonly makes: readonly TrafficShare[] | null;
  readonly isDone: (state: ServiceState) => boolean;
  readonly send: (
    platform: Platform,
    state: ServiceState | null,
    guard: Guard,
  ) => Promise<Answer<ServiceState>>;
}

/** What one try came to, as it is recorded. */
type Tried =
  | { readonly kind: 'done'; readonly view: ServiceView }
  /** Taken, and the platform is still at it. */
  | { readonly kind: 'settling' }
  | { readonly kind: 'other-hands'; readonly traffic: readonly TrafficShare[] }
  | { readonly kind: 'again'; readonly cause: 'conflict' | 'unreachable'; readonly why: string }
  | { readonly kind: 'stop'; readonly stop: Stop };

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

/** An older execution waits so long before its refusal is recorded: the later one records the step first. */
const GIVE_WAY_MS = 20_000;

/** Reads, compares and writes, again and again until it is so, it cannot be, or the deadline is over. */
export async function guardedWrite(run: StageRun, write: GuardedWrite): Promise<Outcome<ServiceView>> {
  run.pending = write.makes;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    const tried = await run.context.step(write.name, () => tryOnce(run, write));
    if (tried.kind === 'done') {
      await sawService(run, tried.view);
      return passed(tried.view);
    }
    if (tried.kind === 'other-hands') return otherHands(tried.traffic);
    if (tried.kind === 'stop') return tried.stop;
    if (await isOver(run, write.until)) return late(write, tried);
    const told = write.listens ? await listen(run, wait) : await sleepOn(run, wait);
    if (told) return told;
  }
}

async function tryOnce(run: StageRun, write: GuardedWrite): Promise<Tried> {
  const { platform, place, context, tools } = run;
  const read = await platform.service(place);
  if (read.kind !== 'done') return triedOf(read, tools);
  const state = read.value;
  if (state !== null && write.isDone(state))
    return state.isReconciling ? { kind: 'settling' } : { kind: 'done', view: viewOf(state) };
  const { generation } = context;
  // A later execution has written: what is there is its business.
  if (state?.generation != null && state.generation > generation)
    return triedOf({ kind: 'fenced', generation: state.generation }, tools);
  if (!isExpected(run, state)) return { kind: 'other-hands', traffic: state?.traffic ?? [] };
  const sent = await write.send(platform, state, { etag: state?.etag ?? null, generation });
  if (sent.kind !== 'done') return triedOf(sent, tools);
  if (sent.value.isReconciling || !write.isDone(sent.value)) return { kind: 'settling' };
  return { kind: 'done', view: viewOf(sent.value) };
}

/** Whether the traffic is what this run left, or what it tried to make. */
function isExpected(run: StageRun, state: ServiceState | null): boolean {
  if (state === null) return run.began === null;
  if (run.pending !== null && sameShares(state.traffic, run.pending)) return true;
  return sameShares(state.traffic, run.traffic);
}

async function triedOf(
  answer: Exclude<Answer<unknown>, { kind: 'done' }>,
  tools: RolloutTools,
): Promise<Tried> {
  if (answer.kind === 'conflict' || answer.kind === 'unreachable')
    return { kind: 'again', cause: answer.kind, why: clean(answer.why, tools) };
  if (answer.kind === 'fenced') {
    await pauseFor(GIVE_WAY_MS, tools);
    return { kind: 'stop', stop: stopOf(answer) };
  }
  const { why, hint } = answer;
  return { kind: 'stop', stop: stopOf({ ...answer, why: clean(why, tools), hint: clean(hint, tools) }) };
}

export function otherHands(traffic: readonly TrafficShare[]): Stop {
  return {
    ...{ kind: 'other-hands', verdict: 'unknown' },
    what: `somebody else changed the traffic meanwhile; it is now ${trafficText(traffic)}`,
    hint: 'nothing was written over it',
  };
}

function late(write: GuardedWrite, tried: Extract<Tried, { kind: 'again' | 'settling' }>): Stop {
  const why =
    tried.kind === 'settling' ? 'the platform is still at the write before' : `${tried.cause}: ${tried.why}`;
  return failed(
    `${write.name}: not done by its deadline (${why})`,
    'look whether the platform is well, and deploy again',
    'unknown',
  );
}
