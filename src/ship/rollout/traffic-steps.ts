import type { Look } from '../../domain/analysis.ts';
import { awaitLook } from './await-look.ts';
import { ROOT_CHECK, checkText, wrongAnswer } from './endpoint-answer.ts';
import { moveTraffic } from './move-traffic.ts';
import { clean } from './rollout-tools.ts';
import { deadlineIn, heldTooLong, isOver, listen, showWaiting } from './run-board.ts';
import type { Deadline } from './run-board.ts';
import { trafficText } from './service-view.ts';
import { shown, stageStep } from './stage-run.ts';
import type { Shown, StageRun } from './stage-run.ts';
import { failed } from './stop.ts';
import type { Outcome, Stop } from './stop.ts';
import { stepShares } from './traffic-plan.ts';
import type { LookAt } from './watch-canary.ts';
import { standing } from './watch-canary.ts';

const POLL_MS = 5000;

/** The canary's shares, one after the other, each looked at before the next. Where nothing is compared, all at once. */
export async function trafficSteps(run: StageRun): Promise<Stop | null> {
  const steps = run.plan.kind === 'canary' ? run.place.stage.steps : [100];
  const looks = steps.filter((percent) => percent < 100).length;
  if (looks === 0 && run.plan.kind !== 'back') {
    const stop = await notCompared(run);
    if (stop !== null) return stop;
  }
  if (run.plan.kind === 'first') return null;
  let since: Date | null = null;
  for (const [at, percent] of steps.entries()) {
    const until = await deadlineIn(run, run.place.stage.deadlines.step);
    const moved = await takeStep(run, percent, until);
    if (moved !== null) return moved;
    since ??= await run.context.now();
    const stop =
      percent === 100
        ? await standAlone(run, until)
        : await lookAt(run, percent, { look: at + 1, looks, since }, until);
    if (stop !== null) return stop;
  }
  return null;
}

async function takeStep(run: StageRun, percent: number, until: Deadline): Promise<Stop | null> {
  const { canary, baseline } = run.told.stage;
  const words = {
    ...({ kind: 'traffic', saying: `${percent} % of the traffic` } as const),
    claim: `the canary has ${percent} % of the traffic`,
    how: `the traffic that ${run.place.settings.platform} has`,
  };
  return stageStep(run, words, async () => {
    const parties = {
      canary: canary!,
      baseline,
      stable: run.plan.kind === 'canary' ? run.plan.stable : null,
    };
    const shares = stepShares(percent, parties, run.traffic);
    const written = await moveTraffic(run, shares, { name: `traffic ${percent} %`, until, listens: true });
    if (written.kind !== 'passed') return written;
    return shown(`${percent} % of the traffic`, trafficText(written.value.traffic));
  });
}

/** What was not looked at is told as such. */
function notCompared(run: StageRun): Promise<Stop | null> {
  const why =
    run.plan.kind === 'first'
      ? 'this is the first deployment'
      : run.plan.kind === 'replace'
        ? 'no revision is known to have served'
        : 'the steps of the stage have no share below 100 %';
  const words = {
    ...({
      kind: 'analysis',
      saying: 'not compared',
      how: 'what the platform had when the stage began',
    } as const),
    claim: 'the canary does no worse than the stable revision',
  };
  const said = `not compared: ${why}`;
  return stageStep(run, words, () => Promise.resolve(shown(said, said, { verdict: 'unknown' })));
}

async function lookAt(run: StageRun, percent: number, at: LookAt, until: Deadline): Promise<Stop | null> {
  const words = {
    ...({ kind: 'analysis', saying: `look ${at.look} of ${at.looks}` } as const),
    claim: `at ${percent} % the canary does no worse than a fresh copy of the stable revision (look ${at.look} of ${at.looks})`,
    how: 'group-sequential comparison of canary and baseline',
  };
  return stageStep(run, words, async () => {
    const decided = await awaitLook(run, at, until);
    if (decided.kind !== 'passed') return decided;
    const look = decided.value;
    return shown(`look ${look.look} of ${look.looks}: ${look.why}`, seenOf(look));
  });
}

function seenOf({ why, metrics, kayenta }: Look): string {
  const score = kayenta.score === null ? 'none' : String(Math.round(kayenta.score));
  return [why, ...metrics.map(({ metric, seen }) => `${metric}: ${seen}`), `Kayenta's score: ${score}`].join(
    '; ',
  );
}

/** With all of the traffic there is nothing to compare with any more: it has to run on and be well for as long as a step lasts. */
async function standAlone(run: StageRun, until: Deadline): Promise<Stop | null> {
  const check = run.place.settings.checks[0] ?? ROOT_CHECK;
  const words = {
    ...({ kind: 'health', saying: `${checkText(check)} with all of the traffic` } as const),
    ...{ claim: 'the canary is well with all of the traffic', how: 'a request to its tagged address' },
  };
  return stageStep(run, words, async (): Promise<Outcome<Shown>> => {
    // Where it goes back, every second counts.
    const soaked = await deadlineIn(run, run.plan.kind === 'back' ? 0 : run.place.stage.deadlines.soak);
    for (;;) {
      const isSoaked = (await isOver(run, soaked)) && run.held === null;
      const stood = await run.context.step('watch at 100 %', () => stands(run, isSoaked));
      if (stood.kind === 'stop') return stood.stop;
      if (stood.kind === 'well' && isSoaked) return shown(stood.seen, stood.seen);
      const why = stood.kind === 'again' ? stood.why : null;
      const over = await overdue(run, until, why);
      if (over !== null) return over;
      const told = await listen(run, POLL_MS);
      if (told !== null) return told;
      await showWaiting(run);
    }
  });
}

type Stood =
  | { readonly kind: 'well'; readonly seen: string }
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'stop'; readonly stop: Stop };

async function stands(run: StageRun, asks: boolean): Promise<Stood> {
  const wrong = await standing(run);
  if (wrong !== null && wrong.kind !== 'watched') return wrong;
  if (!asks) return { kind: 'well', seen: '' };
  const { checks } = run.place.settings;
  const check = checks[0] ?? ROOT_CHECK;
  const answer = await run.platform.ask(run.place, run.urls.canary, check, 'check');
  const why = wrongAnswer(check, answer, checks.length === 0);
  if (why !== null) return { kind: 'again', why: clean(why, run.tools) };
  return { kind: 'well', seen: `${checkText(check)}: ${answer.status} in ${Math.round(answer.ms)} ms` };
}

async function overdue(run: StageRun, until: Deadline, why: string | null): Promise<Stop | null> {
  if (run.held !== null) return (await isOver(run, run.held.until)) ? heldTooLong(run.held) : null;
  if (!(await isOver(run, until))) return null;
  return failed(
    `with all of the traffic it was not well within ${run.place.stage.deadlines.step} s${why === null ? '' : `: ${why}`}`,
    'look at what it printed, mend it and deploy again',
    why === null ? 'unknown' : 'refuted',
  );
}
