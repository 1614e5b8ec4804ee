import type { Look, StageSeries } from '../../domain/analysis.ts';
import { deadlineIn, heldTooLong, isOver, listen, showWaiting } from './run-board.ts';
import type { Deadline } from './run-board.ts';
import { probesLacking, sendProbes } from './send-probes.ts';
import type { Pace, SoFar } from './send-probes.ts';
import { changeStage } from './stage-run.ts';
import type { StageRun } from './stage-run.ts';
import { failed, passed } from './stop.ts';
import type { Outcome, Stop } from './stop.ts';
import { watchCanary } from './watch-canary.ts';
import type { LookAt, Requests } from './watch-canary.ts';

const LONGEST_POLL_S = 15;
/** Probes are sent for so long at a time, for what is kept of each step costs time too. */
const SHORTEST_PROBING_S = 5;
const HELD_POLL_S = 60;

/** Before so many intervals nothing can be said of the pace: only whole ones are told. */
const PACE_INTERVALS = 3;
const NONE: Requests = { canary: 0, baseline: 0 };

/**
 * Waits out the step, then looks until a look decides. One that decides is the only one of its number: looking again until the answer
 * is liked would spend the error many times over.
 */
export async function awaitLook(run: StageRun, at: LookAt, until: Deadline): Promise<Outcome<Look>> {
  const soaked = await deadlineIn(run, run.place.stage.deadlines.soak);
  let pace: Pace | null = null;
  let why = 'nothing was seen yet';
  for (;;) {
    const now = await run.context.now();
    const isSoaked = await isOver(run, soaked);
    const mode = run.held !== null ? 'standing' : isSoaked ? 'judged' : 'counted';
    const watched = await watchCanary(run, at, now, mode);
    if (watched.kind === 'stop') return watched.stop;
    if (watched.kind === 'again') why = watched.why;
    const seen = watched.kind === 'watched' ? watched : null;
    const look = seen?.look ?? null;
    if (look !== null) {
      await keepLook(run, look, seen?.series);
      if (look.verdict === 'pass') return passed(look);
      if (look.verdict === 'fail') return failed(look.why, `mend it and deploy again; ${showHint(run)}`);
      why = look.why;
    }
    const over = await overdue(run, until, why);
    if (over !== null) return over;
    pace ??= { from: now.getTime(), had: seen?.requests ?? NONE, until: inTime(run, now, soaked), sent: 0 };
    const waited = await waitOrProbe(run, at, { pace, seen, now });
    if ('stop' in waited) return waited.stop;
    pace = waited.pace;
  }
}

/** Traffic of others says more than requests of our own: where its pace makes it enough in half of the step, none are sent. */
function inTime(run: StageRun, now: Date, soaked: Deadline): number {
  return Math.max(soaked.at, now.getTime() + run.place.stage.deadlines.step * 500);
}

async function waitOrProbe(
  run: StageRun,
  { look }: LookAt,
  { pace, seen, now }: { readonly pace: Pace; readonly seen: SoFar | null; readonly now: Date },
): Promise<{ readonly pace: Pace } | { readonly stop: Stop }> {
  const { analysis } = run.place.settings;
  const { intervalSeconds } = analysis;
  const seconds = Math.min(intervalSeconds, LONGEST_POLL_S);
  const isEarly = now.getTime() - pace.from < PACE_INTERVALS * intervalSeconds * 1000;
  const lacking = seen === null || isEarly ? null : probesLacking(pace, now.getTime(), seen, look, analysis);
  if (lacking === null) {
    const stop = await listen(run, (run.held === null ? seconds : HELD_POLL_S) * 1000);
    await showWaiting(run);
    return stop === null ? { pace } : { stop };
  }
  const probing = Math.max(seconds, SHORTEST_PROBING_S);
  const sent = await sendProbes(run, lacking, probing);
  run.waitedMs += sent.seconds * 1000;
  const stop = await listen(run, 0);
  return stop === null ? { pace: { ...pace, sent: pace.sent + sent.probes } } : { stop };
}

async function overdue(run: StageRun, until: Deadline, why: string): Promise<Stop | null> {
  if (run.held !== null) return (await isOver(run, run.held.until)) ? heldTooLong(run.held) : null;
  if (!(await isOver(run, until))) return null;
  return failed(
    `not decided within ${run.place.stage.deadlines.step} s: ${why}`,
    'more traffic, more probes (analysis.probes-per-second) or a longer deadlines.step decide it',
    'unknown',
  );
}

/** The last word of each look is kept, and what the last of them saw: each sees all since the canary first had traffic. */
async function keepLook(run: StageRun, look: Look, series: StageSeries | undefined): Promise<void> {
  const others = run.told.stage.looks.filter((one) => one.look !== look.look);
  await changeStage(run, { looks: [...others, look], ...(series === undefined ? {} : { series }) });
}

function showHint(run: StageRun): string {
  return `all that was seen: fettle rollouts show ${run.request.id}`;
}
