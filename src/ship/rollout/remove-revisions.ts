import type { Deadline } from './run-board.ts';
import { guardedWrite } from './guarded-write.ts';
import type { StageRun } from './stage-run.ts';
import { passed } from './stop.ts';
import type { Outcome, Stop } from './stop.ts';

/** Takes revisions away, one after the other. Gives what could not be removed, and why; a later execution's word ends it. */
export async function removeRevisions(
  run: StageRun,
  names: readonly string[],
  until: Deadline,
): Promise<Outcome<readonly string[]>> {
  const left: string[] = [];
  for (const name of names) {
    const removed = await removeOne(run, name, until);
    if (removed === null) continue;
    if (removed.kind === 'fenced' || removed.kind === 'other-hands') return removed;
    left.push(`${name} is left, without traffic (${removed.what})`);
  }
  return passed(left);
}

async function removeOne(run: StageRun, name: string, until: Deadline): Promise<Stop | null> {
  const removed = await guardedWrite(run, {
    ...{ name: `remove ${name}`, until, listens: false, makes: null },
    isDone: ({ revisions }) => revisions.every((one) => one.name !== name),
    send: (platform, _state, guard) => platform.removeRevision(run.place, name, guard),
  });
  return removed.kind === 'passed' ? null : removed;
}
