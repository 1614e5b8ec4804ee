import { ROOT_CHECK } from './endpoint-answer.ts';
import { pauseFor } from './rollout-tools.ts';
import type { StageRun } from './stage-run.ts';
import type { Requests } from './watch-canary.ts';

const SECOND = 1000;

/** What is known of the traffic of one step, to tell whether it is too little by itself. */
export interface Pace {
  /** When the step began, and what each side had had by then. */
  readonly from: number;
  readonly had: Requests;
  /** When it may be judged. */
  readonly until: number;
  /** Probes that each side got in this step. */
  readonly sent: number;
}

/**
 * How many probes each side lacks: those that traffic alone, at its pace so far, will not have sent by the time of the look. A step asks
 * for as many requests as the look's place among all of them, so that a later look rests on something of its own.
 */
export function probesLacking(pace: Pace, now: number, requests: Requests, wanted: number): number {
  const fewest = Math.min(requests.canary, requests.baseline);
  const elapsed = Math.max(now - pace.from, 1);
  const own = Math.max(0, fewest - Math.min(pace.had.canary, pace.had.baseline) - pace.sent);
  const coming = (own / elapsed) * Math.max(0, pace.until - now);
  // What was sent last may not be counted yet: never more than twice what is wanted.
  return Math.min(Math.ceil(wanted - fewest - coming), 2 * wanted - pace.sent);
}

/** Asks both sides evenly for some seconds, and gives how many requests each got. */
export function sendProbes(run: StageRun, most: number, seconds: number): Promise<number> {
  const { settings } = run.place;
  const checks = settings.checks.length === 0 ? [ROOT_CHECK] : settings.checks;
  return run.context.step('probes', async () => {
    let sent = 0;
    for (let second = 0; second < seconds && sent < most; second++) {
      const count = Math.min(settings.analysis.probesPerSecond, most - sent);
      const asks = Array.from({ length: count }, (_, at) => checks[(sent + at) % checks.length]!);
      await Promise.all(
        asks.flatMap((check) => [
          run.platform.ask(run.place, run.urls.canary, check, 'analysis'),
          run.platform.ask(run.place, run.urls.baseline, check, 'analysis'),
        ]),
      );
      sent += count;
      await pauseFor(SECOND, run.tools);
    }
    return sent;
  });
}
