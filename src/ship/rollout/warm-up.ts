import { pauseFor } from './rollout-tools.ts';
import { ROOT_CHECK } from './endpoint-answer.ts';
import { stageStep } from './stage-run.ts';
import type { StageRun } from './stage-run.ts';
import type { Stop } from './stop.ts';
import { passed } from './stop.ts';

const REQUESTS = 5;
const BETWEEN_MS = 200;

/** The first requests, which pay for what is loaded late; their answers are not judged. */
export async function warmUp(run: StageRun): Promise<Stop | null> {
  const words = {
    ...({
      kind: 'warm-up',
      saying: 'first requests',
      claim: 'the canary was asked before it was judged',
    } as const),
    how: 'requests to its tagged address',
  };
  return stageStep(run, words, async () => {
    const { first, last, answered } = await warm(run, run.urls.canary, 'warm up the canary');
    const said = `${REQUESTS} requests, the first in ${first} ms, the last in ${last} ms`;
    return passed({ said, seen: `${said}; ${answered} were answered` });
  });
}

export async function warm(
  run: StageRun,
  url: string,
  name: string,
): Promise<{ readonly first: number; readonly last: number; readonly answered: number }> {
  const check = run.place.settings.checks[0] ?? ROOT_CHECK;
  return run.context.step(name, async () => {
    const times: number[] = [];
    let answered = 0;
    for (let request = 0; request < REQUESTS; request++) {
      const { ms, status } = await run.platform.ask(run.place, url, check, 'warm-up');
      times.push(Math.round(ms));
      if (status !== null) answered++;
      await pauseFor(BETWEEN_MS, run.tools);
    }
    return { first: times[0]!, last: times.at(-1)!, answered };
  });
}
