import type { Look, RevisionInterval, StageSeries } from '../../domain/analysis.ts';
import { analyse, grossFailure } from '../analysis/analyse.ts';
import type { Answer } from '../deployment/platform.ts';
import { seriesOf } from '../analysis/series.ts';
import { usableIntervals } from '../analysis/usable-intervals.ts';
import { otherHands } from './guarded-write.ts';
import { clean } from './rollout-tools.ts';
import { sameShares } from './service-view.ts';
import type { StageRun } from './stage-run.ts';
import { failed, stopOf } from './stop.ts';
import type { Stop } from './stop.ts';
import { notStarted } from './wait-ready.ts';

/** Which look it is, and since when there is anything to see. */
export interface LookAt {
  /** From 1. */
  readonly look: number;
  readonly looks: number;
  /** When the canary first had traffic. */
  readonly since: Date;
}

/** How many requests each side has had since then, fettle's own among them. */
export interface Requests {
  readonly canary: number;
  readonly baseline: number;
}

export type Watched =
  | {
      readonly kind: 'watched';
      /** As how many the analysis takes them. */
      readonly intervals: number;
      readonly requests: Requests;
      readonly look: Look | null;
      /** What the look saw; absent where there was none. */
      readonly series?: StageSeries;
    }
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'stop'; readonly stop: Stop };

/**
 * Whether the canary still runs and has the traffic it was given (`standing`: no more than that); how many requests there were
 * (`counted`; a canary that answers far more of them with errors fails at once); and how it compares to its baseline (`judged`).
 */
export function watchCanary(
  run: StageRun,
  at: LookAt,
  now: Date,
  mode: 'standing' | 'counted' | 'judged',
): Promise<Watched> {
  const name = mode === 'judged' ? `look ${at.look} of ${at.looks}` : `watch before look ${at.look}`;
  return run.context.step(name, async () => {
    const wrong = await standing(run);
    if (wrong !== null) return wrong;
    if (mode === 'standing') return { kind: 'again', why: 'it was held' };
    return compared(run, at, now, mode === 'judged');
  });
}

/** What is wrong with the revisions or the traffic; null: nothing. */
export async function standing(run: StageRun): Promise<Watched | null> {
  const answer = await run.platform.service(run.place);
  if (answer.kind !== 'done') return notAnswered(answer, run);
  const state = answer.value;
  if (state?.generation != null && state.generation > run.context.generation)
    return { kind: 'stop', stop: stopOf({ kind: 'fenced', generation: state.generation }) };
  if (state === null || !sameShares(state.traffic, run.traffic))
    return { kind: 'stop', stop: otherHands(state?.traffic ?? []) };
  const { canary } = run.told.stage;
  const found = state.revisions.find(({ name }) => name === canary);
  if (found === undefined)
    return { kind: 'stop', stop: failed(`${canary} is gone`, 'somebody removed it; deploy again') };
  if (found.readiness.kind !== 'failed') return null;
  return { kind: 'stop', stop: notStarted(found.name, found.readiness, run) };
}

async function compared(run: StageRun, at: LookAt, now: Date, judges: boolean): Promise<Watched> {
  const { platform, place } = run;
  const { canary, baseline } = run.told.stage;
  const ours = await platform.metrics(place, canary!, at.since, now);
  if (ours.kind !== 'done') return notAnswered(ours, run);
  const theirs = await platform.metrics(place, baseline!, at.since, now);
  if (theirs.kind !== 'done') return notAnswered(theirs, run);
  const { look, looks } = at;
  const seen = { look, looks, canary: ours.value, baseline: theirs.value };
  const judged = (judges ? analyse : grossFailure)(seen, place.settings.analysis);
  return {
    kind: 'watched',
    intervals: usableIntervals(ours.value, theirs.value),
    requests: { canary: requestsOf(ours.value), baseline: requestsOf(theirs.value) },
    look: judged,
    // Every watch is recorded by the engine, and only that of a look is published.
    ...(judged === null
      ? {}
      : { series: { canary: seriesOf(ours.value), baseline: seriesOf(theirs.value) } }),
  };
}

function requestsOf(intervals: readonly RevisionInterval[]): number {
  return intervals.reduce((sum, { requests }) => sum + requests, 0);
}

function notAnswered(answer: Exclude<Answer<unknown>, { kind: 'done' }>, { tools }: StageRun): Watched {
  if (answer.kind === 'conflict' || answer.kind === 'unreachable')
    return { kind: 'again', why: clean(`${answer.kind}: ${answer.why}`, tools) };
  return { kind: 'stop', stop: stopOf(answer) };
}
