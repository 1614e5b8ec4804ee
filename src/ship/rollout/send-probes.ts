import type { AnalysisSettings } from '../../domain/analysis.ts';
import { MINIMUM_INTERVALS } from '../analysis/enough.ts';
import { LEAST_REQUESTS } from '../analysis/slow-requests.ts';
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

/** What there was since the canary first had traffic. */
export interface SoFar {
  readonly requests: Requests;
  /** As how many the analysis takes them. */
  readonly intervals: number;
}

/** For each side. */
export interface Lacking {
  readonly probes: number;
  readonly perSecond: number;
}

/**
 * How many probes each side lacks: those that traffic alone, at its pace so far, will not have sent by the time of the look, spread over
 * as many intervals as it needs. A step asks for as many requests as the look's place among all of them, so that a later look rests on
 * something of its own. Null: none.
 */
export function probesLacking(
  pace: Pace,
  now: number,
  { requests, intervals }: SoFar,
  look: number,
  { minimumRequests, intervalSeconds, probesPerSecond }: AnalysisSettings,
): Lacking | null {
  const wanted = minimumRequests * look;
  const fewest = Math.min(requests.canary, requests.baseline);
  const elapsed = Math.max(now - pace.from, 1);
  const left = Math.max(0, pace.until - now);
  const own = Math.max(0, fewest - Math.min(pace.had.canary, pace.had.baseline) - pace.sent);
  const few = Math.max(0, wanted - fewest - (own / elapsed) * left);
  // Whoever began to send goes on until there are enough: the intervals of traffic that is too little do not come by themselves.
  const coming = pace.sent > 0 ? 0 : left / (intervalSeconds * SECOND);
  const short = Math.max(0, MINIMUM_INTERVALS - intervals - (few > 0 ? 0 : coming));
  const spread = few / ((short + 1) * intervalSeconds);
  const perSecond = Math.min(
    probesPerSecond,
    Math.max(1, Math.ceil(spread), Math.ceil(LEAST_REQUESTS / intervalSeconds)),
  );
  const each = Math.max(LEAST_REQUESTS, perSecond * intervalSeconds);
  // What was sent last may not be counted yet: never more than twice what is wanted.
  const most = 2 * Math.max(wanted, (MINIMUM_INTERVALS + 1) * each) - pace.sent;
  const probes = Math.min(Math.ceil(Math.max(few, short * each)), most);
  return perSecond === 0 || probes <= 0 ? null : { probes, perSecond };
}

/** What each side got, and how long that took. */
export interface Sent {
  readonly probes: number;
  readonly seconds: number;
}

/** Asks both sides evenly, for so many seconds at the most. */
export function sendProbes(run: StageRun, { probes, perSecond }: Lacking, most: number): Promise<Sent> {
  const { settings } = run.place;
  const checks = settings.checks.length === 0 ? [ROOT_CHECK] : settings.checks;
  return run.context.step('probes', async () => {
    let [sent, seconds] = [0, 0];
    for (; seconds < most && sent < probes; seconds++) {
      const count = Math.min(perSecond, probes - sent);
      const asks = Array.from({ length: count }, (_, at) => checks[(sent + at) % checks.length]!);
      await Promise.all([
        pauseFor(SECOND, run.tools),
        ...asks.flatMap((check) => [
          run.platform.ask(run.place, run.urls.canary, check, 'analysis'),
          run.platform.ask(run.place, run.urls.baseline, check, 'analysis'),
        ]),
      ]);
      sent += count;
    }
    return { probes: sent, seconds };
  });
}
