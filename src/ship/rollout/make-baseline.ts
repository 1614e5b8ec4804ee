import { guardedWrite } from './guarded-write.ts';
import { putInOrder } from './put-in-order.ts';
import { BASELINE_TAG, revisionNames } from './rollout-names.ts';
import { deadlineIn } from './run-board.ts';
import { changeStage, shown, stageStep } from './stage-run.ts';
import type { Shown, StageRun } from './stage-run.ts';
import type { Outcome, Stop } from './stop.ts';
import { secondsText, waitReady } from './wait-ready.ts';
import { warm } from './warm-up.ts';

/**
 * A fresh instance of the stable revision to compare with: one that has run for days has warm caches and more memory, and would be
 * compared as if that were the change's doing (https://sre.google/workbook/canarying-releases/).
 */
export async function makeBaseline(run: StageRun): Promise<Stop | null> {
  const { plan, place, request } = run;
  if (plan.kind !== 'canary' || place.stage.steps.every((percent) => percent === 100)) return null;
  const name = revisionNames(place.stage.service, request.id).baseline;
  await changeStage(run, { baseline: name });
  const words = {
    ...({ kind: 'baseline', saying: `a fresh copy of ${plan.stable}` } as const),
    ...{ claim: `${name} is a fresh copy of ${plan.stable}`, how: `what ${place.settings.platform} has` },
  };
  return stageStep(run, words, () => copyStable(run, name, plan.stable));
}

async function copyStable(run: StageRun, name: string, stable: string): Promise<Outcome<Shown>> {
  const until = await deadlineIn(run, run.place.stage.deadlines.ready);
  const settled = await putInOrder(run, until);
  if (settled.kind !== 'passed') return settled;
  const created = await guardedWrite(run, {
    ...{ name: `create ${name}`, until, listens: true, makes: null },
    isDone: ({ revisions }) => revisions.some((one) => one.name === name),
    send: (platform, _state, guard) =>
      platform.createRevision(
        run.place,
        { name, tag: BASELINE_TAG, of: { kind: 'copy', revision: stable } },
        guard,
      ),
  });
  if (created.kind !== 'passed') return created;
  const ready = await waitReady(run, name);
  if (ready.kind !== 'passed')
    return { ...ready, what: `the stable revision does not start again to be compared with: ${ready.what}` };
  run.urls = { ...run.urls, baseline: ready.value.url };
  await warm(run, ready.value.url, 'warm up the baseline');
  const said = `a fresh copy of ${stable}, ready in ${secondsText(ready.value.ms)}${settled.value}`;
  return shown(said, said);
}
