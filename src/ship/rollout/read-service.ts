import type { Answer, ServiceState } from '../deployment/platform.ts';
import { clean } from './rollout-tools.ts';
import { isOver, listen, sleepOn } from './run-board.ts';
import type { Deadline } from './run-board.ts';
import { viewOf } from './service-view.ts';
import type { ServiceView } from './service-view.ts';
import type { StageRun } from './stage-run.ts';
import { failed, passed, stopOf } from './stop.ts';
import type { Outcome, Stop } from './stop.ts';

type Read =
  | { readonly kind: 'read'; readonly view: ServiceView | null }
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'stop'; readonly stop: Stop };

const POLL_MS = 2000;

/** A service as it is, once the platform is at nothing more; null: there is none. */
export async function readService(
  run: StageRun,
  name: string,
  until: Deadline,
  listens: boolean,
): Promise<Outcome<ServiceView | null>> {
  for (;;) {
    const read = await run.context.step(name, async () => readOf(run, await run.platform.service(run.place)));
    if (read.kind === 'read') return passed(read.view);
    if (read.kind === 'stop') return read.stop;
    if (await isOver(run, until))
      return failed(
        `${name}: not done by its deadline (${read.why})`,
        'look whether the platform is well, and deploy again',
        'unknown',
      );
    const told = listens ? await listen(run, POLL_MS) : await sleepOn(run, POLL_MS);
    if (told) return told;
  }
}

function readOf({ tools }: StageRun, answer: Answer<ServiceState | null>): Read {
  if (answer.kind === 'done') {
    if (answer.value?.isReconciling === true)
      return { kind: 'again', why: 'the platform is still at the write before' };
    return { kind: 'read', view: answer.value === null ? null : viewOf(answer.value) };
  }
  if (answer.kind === 'conflict' || answer.kind === 'unreachable')
    return { kind: 'again', why: clean(`${answer.kind}: ${answer.why}`, tools) };
  if (answer.kind === 'fenced') return { kind: 'stop', stop: stopOf(answer) };
  const { why, hint } = answer;
  return { kind: 'stop', stop: stopOf({ ...answer, why: clean(why, tools), hint: clean(hint, tools) }) };
}
