import type { StageState } from '../../domain/rollout.ts';
import type { TrafficShare } from '../deployment/platform.ts';
import { moveTraffic } from './move-traffic.ts';
import { readService } from './read-service.ts';
import { removeRevisions } from './remove-revisions.ts';
import { begin, deadlineIn, tell } from './run-board.ts';
import type { Deadline } from './run-board.ts';
import { soleRevision, trafficText } from './service-view.ts';
import { endStep, shown } from './stage-run.ts';
import type { Shown, StageRun, StepWords } from './stage-run.ts';
import type { Outcome, Stop } from './stop.ts';
import { trafficCommand } from './traffic-command.ts';
import { allOn, withoutOwnTags } from './traffic-plan.ts';

/** Ends a stage that does not go on: traffic where it was well, or the state says where it is and what to do. */
export async function rollBack(run: StageRun, stop: Stop): Promise<void> {
  if (stop.kind === 'fenced' || stop.kind === 'other-hands') return leave(run, stop, stop);
  if (run.plan.kind === 'first') return leaveFirst(run, stop);
  const words: StepWords = {
    ...({ kind: 'rollback', saying: 'back to what served before' } as const),
    claim: 'the traffic is where it was before the stage',
    how: `the traffic that ${run.place.settings.platform} has`,
  };
  await begin(run, { kind: words.kind, stage: run.place.stage.name, said: words.saying });
  const outcome = await takeBack(run);
  await endStep(run, words, outcome);
  if (outcome.kind !== 'passed') return leave(run, stop, outcome);
  await finishAs(run, 'rolled-back', { what: `${stop.what}${unknownHome(run)}`, hint: stop.hint });
}

/** Where nothing is known to have served there is nothing well to go back to. */
function unknownHome({ plan, traffic }: StageRun): string {
  if (plan.kind !== 'replace') return '';
  return `; the traffic is again as it was (${trafficText(traffic)}), and nothing there is known to be well`;
}

async function takeBack(run: StageRun): Promise<Outcome<Shown>> {
  const began = run.began!;
  const home = homeOf(run);
  const until = await deadlineIn(run, run.place.stage.deadlines.step);
  const shares = home === null ? withoutOwnTags(began.traffic) : allOn(home, began.traffic);
  const written = await moveTraffic(run, shares, { name: 'roll back', until, listens: false });
  if (written.kind !== 'passed') return written;
  return cleared(run, written.value.traffic, until);
}

/** The one that served all of the traffic before; null: there was none such, and the traffic goes back to what it was. */
function homeOf({ plan, began }: StageRun): string | null {
  if (plan.kind === 'canary') return plan.stable;
  return began === null ? null : soleRevision(began.traffic);
}

async function cleared(
  run: StageRun,
  traffic: readonly TrafficShare[],
  until: Deadline,
): Promise<Outcome<Shown>> {
  const { canary, baseline } = run.told.stage;
  // Where it was on its way back, the canary is an old revision, and stays.
  const names = [run.plan.kind === 'back' ? null : canary, baseline].filter((name) => name !== null);
  const removed = await removeRevisions(run, names, until);
  if (removed.kind !== 'passed') return removed;
  const seen = `traffic: ${trafficText(traffic)}`;
  return shown([seen, ...removed.value].join('; '), [seen, ...removed.value].join('; '));
}

/** A first deployment that failed has nothing to go back to. */
async function leaveFirst(run: StageRun, stop: Stop): Promise<void> {
  const canary = run.told.stage.canary;
  const read = await readService(run, 'read the traffic', await deadlineIn(run, 60), false);
  const has = read.kind === 'passed' && read.value !== null && read.value.traffic.length > 0;
  const now = has
    ? `; it was the first deployment, nothing is there to go back to, and the traffic is ${trafficText(read.value.traffic)}`
    : '; it was the first deployment, and nothing serves';
  const hint = `${stop.hint}; the next deployment takes the place of ${canary ?? 'this one'}`;
  await finishAs(run, 'failed', { what: `${stop.what}${now}`, hint });
}

/** Nothing more is written: what the traffic is, and what a person has to do. */
async function leave(run: StageRun, first: Stop, last: Stop): Promise<void> {
  const read = await readService(run, 'read the traffic', await deadlineIn(run, 60), false);
  const traffic = read.kind === 'passed' ? read.value?.traffic : null;
  const now =
    traffic == null
      ? `the platform does not answer; when it was last seen the traffic was ${trafficText(run.traffic)}`
      : `the traffic is ${trafficText(traffic)}`;
  const home = homeOf(run);
  const { canary, baseline } = run.told.stage;
  const own = [run.plan.kind === 'back' ? null : canary, baseline].filter((name) => name !== null);
  const what = [
    first.what,
    ...(last === first ? [] : [`it could not be rolled back: ${last.what}`]),
    now,
  ].join('; ');
  const hint = [
    last.hint,
    ...(last.kind === 'fenced' || home === null
      ? []
      : [`to put the traffic back: ${trafficCommand(run.place, home)}`]),
    ...(own.length === 0 ? [] : [`of this rollout there may still be ${own.join(' and ')}`]),
  ].join('; ');
  await finishAs(run, 'failed', { what, hint });
}

async function finishAs(
  run: StageRun,
  status: StageState['status'],
  problem: { readonly what: string; readonly hint: string },
): Promise<void> {
  const stage = { ...run.told.stage, status };
  await tell(run, { ...run.told, stage, problem, waiting: null });
}
