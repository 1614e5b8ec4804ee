import type { EndpointCheck } from '../../domain/deploy-settings.ts';
import { checkText, ROOT_CHECK, wrongAnswer } from './endpoint-answer.ts';
import { clean } from './rollout-tools.ts';
import { deadlineIn, isOver, listen } from './run-board.ts';
import type { Deadline } from './run-board.ts';
import { shown, stageStep } from './stage-run.ts';
import type { Shown, StageRun } from './stage-run.ts';
import { failed } from './stop.ts';
import type { Outcome, Stop } from './stop.ts';

const AGAIN_MS = 1000;

/** Tries that a check without any answer gets: a connection is lost now and then, a wrong answer is one. */
const TRIES = 3;

interface Asked {
  readonly wrong: string | null;
  readonly answered: boolean;
  readonly status: number | null;
  readonly ms: number;
}

/** Asks until it is well, within the time that the checks may take. */
export async function checkHealth(run: StageRun): Promise<Stop | null> {
  const { checks } = run.place.settings;
  const check = checks[0] ?? ROOT_CHECK;
  const asked = checkText(check);
  const words = {
    ...({ kind: 'health', saying: asked, claim: `the canary is well (${asked})` } as const),
    how: 'a request to its tagged address',
  };
  return stageStep(run, words, async () => {
    const until = await deadlineIn(run, run.place.stage.deadlines.checks);
    for (;;) {
      const got = await ask(run, check, `health ${asked}`, checks.length === 0);
      if (got.wrong === null) return shown(`${asked}: ${got.status} in ${got.ms} ms`, seenOf(asked, got));
      const over = await notYet(run, until, got.wrong);
      if (over !== null) return over;
    }
  });
}

async function notYet(run: StageRun, until: Deadline, wrong: string): Promise<Stop | null> {
  if (await isOver(run, until))
    return failed(
      `the canary was not well within ${run.place.stage.deadlines.checks} s: ${wrong}`,
      'look at what it printed, mend it and deploy again',
    );
  return listen(run, AGAIN_MS);
}

/** All checks after the first; each wrong answer is one too many. */
export async function runChecks(run: StageRun): Promise<Stop | null> {
  const checks = run.place.settings.checks.slice(1);
  if (checks.length === 0) return null;
  const words = {
    ...({
      kind: 'checks',
      saying: `${checks.length} checks`,
      how: 'requests to its tagged address',
    } as const),
    claim: 'the canary answers the checks as it should',
  };
  return stageStep(run, words, async (): Promise<Outcome<Shown>> => {
    const until = await deadlineIn(run, run.place.stage.deadlines.checks);
    const seen: string[] = [];
    for (const check of checks) {
      const got = await tried(run, check, until);
      if ('hint' in got) return got;
      if (got.wrong !== null)
        return failed(got.wrong, 'look at what the service printed, mend it and deploy again');
      seen.push(seenOf(checkText(check), got));
    }
    return shown(`${checks.length} of ${checks.length} checks`, seen.join('; '));
  });
}

async function tried(run: StageRun, check: EndpointCheck, until: Deadline): Promise<Asked | Stop> {
  for (let tries = 1; ; tries++) {
    if (await isOver(run, until))
      return failed(
        `the checks were not done within ${run.place.stage.deadlines.checks} s`,
        'raise deadlines.checks of the stage, or ask for less',
      );
    const got = await ask(run, check, `check ${checkText(check)}`, false);
    if (got.answered || tries === TRIES) return got;
    const told = await listen(run, AGAIN_MS);
    if (told !== null) return told;
  }
}

function ask(run: StageRun, check: EndpointCheck, name: string, any: boolean): Promise<Asked> {
  return run.context.step(name, async () => {
    const answer = await run.platform.ask(run.place, run.urls.canary, check, 'check');
    const wrong = wrongAnswer(check, answer, any);
    return {
      ...{ wrong: wrong === null ? null : clean(wrong, run.tools), answered: answer.status !== null },
      ...{ status: answer.status, ms: Math.round(answer.ms) },
    };
  });
}

function seenOf(asked: string, { status, ms }: Asked): string {
  return `${asked} answered ${status} in ${ms} ms`;
}
