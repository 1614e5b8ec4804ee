import type { Answer, Readiness, ServiceState } from '../deployment/platform.ts';
import { clean } from './rollout-tools.ts';
import { deadlineIn, isOver, listen } from './run-board.ts';
import type { StageRun } from './stage-run.ts';
import { failed, passed, stopOf } from './stop.ts';
import type { Outcome, Stop } from './stop.ts';

type Polled =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'pending'; readonly why: string }
  | { readonly kind: 'stop'; readonly stop: Stop };

const FIRST_POLL_MS = 500;
const LONGEST_POLL_MS = 5000;
const MOST_LOG_LINES = 5;

/** Until a revision is ready; gives where it answers by its tag, and how long it took in milliseconds. */
export async function waitReady(
  run: StageRun,
  revision: string,
): Promise<Outcome<{ readonly url: string; readonly ms: number }>> {
  const { ready } = run.place.stage.deadlines;
  const until = await deadlineIn(run, ready);
  const from = (await run.context.now()).getTime();
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(2 * wait, LONGEST_POLL_MS)) {
    const polled = await run.context.step(`ready ${revision}`, async () =>
      polledOf(run, revision, await run.platform.service(run.place)),
    );
    if (polled.kind === 'stop') return polled.stop;
    if (polled.kind === 'ready')
      return passed({ url: polled.url, ms: Math.max(0, (await run.context.now()).getTime() - from) });
    if (await isOver(run, until))
      return failed(
        `${revision} was not ready within ${ready} s (${polled.why})`,
        'raise deadlines.ready of the stage, or make the service start faster',
      );
    const told = await listen(run, wait);
    if (told) return told;
  }
}

function polledOf(run: StageRun, revision: string, answer: Answer<ServiceState | null>): Polled {
  const { tools } = run;
  if (answer.kind === 'conflict' || answer.kind === 'unreachable')
    return { kind: 'pending', why: clean(`${answer.kind}: ${answer.why}`, tools) };
  if (answer.kind !== 'done') return { kind: 'stop', stop: stopOf(answer) };
  const found = answer.value?.revisions.find(({ name }) => name === revision);
  if (found === undefined)
    return { kind: 'stop', stop: failed(`${revision} is gone`, 'somebody removed it; deploy again') };
  const { readiness, url } = found;
  if (readiness.kind === 'failed') return { kind: 'stop', stop: notStarted(revision, readiness, run) };
  if (readiness.kind === 'pending') return { kind: 'pending', why: 'it is still starting' };
  if (answer.value!.isReconciling)
    return { kind: 'pending', why: 'the platform is still at the write before' };
  return url === null ? { kind: 'pending', why: 'it has no address yet' } : { kind: 'ready', url };
}

export function notStarted(
  revision: string,
  { cause, why, hint, logs }: Extract<Readiness, { kind: 'failed' }>,
  { tools }: StageRun,
): Stop {
  const last = logs
    .slice(-MOST_LOG_LINES)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const printed = last.length === 0 ? '' : `; it printed: ${last.join(' | ')}`;
  return failed(clean(`${revision} does not run (${cause}): ${why}${printed}`, tools), clean(hint, tools));
}

/** "1.3 s" */
export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
