import { guardedWrite } from './guarded-write.ts';
import { removeRevisions } from './remove-revisions.ts';
import { isMadeHere } from './rollout-names.ts';
import { deadlineIn } from './run-board.ts';
import { sameTraffic, soleRevision } from './service-view.ts';
import type { ServiceView } from './service-view.ts';
import { shown, stageStep } from './stage-run.ts';
import type { Shown, StageRun } from './stage-run.ts';
import type { Outcome, Stop } from './stop.ts';
import { allOn } from './traffic-plan.ts';

/** The canary becomes the stable revision, and what is no longer needed goes. */
export async function finish(run: StageRun): Promise<Stop | null> {
  const canary = run.told.stage.canary!;
  const words = {
    ...({ kind: 'finish', saying: `${canary} becomes the stable revision` } as const),
    claim: `${canary} is the stable revision and has all of the traffic`,
    how: `the traffic that ${run.place.settings.platform} has`,
  };
  return stageStep(run, words, async () => {
    const until = await deadlineIn(run, run.place.stage.deadlines.step);
    const shares = allOn(canary, run.traffic);
    const previous = previousOf(run, canary);
    const written = await guardedWrite(run, {
      ...{ name: `make ${canary} stable`, until, listens: false, makes: shares },
      isDone: ({ traffic, stable }) => stable === canary && sameTraffic(traffic, shares),
      send: (platform, _state, guard) =>
        platform.route(run.place, { shares, stable: canary, previous }, guard),
    });
    return written.kind === 'passed' ? cleared(run, canary, written.value) : written;
  });
}

/** Where `fettle rollback` leads from here. */
function previousOf({ began, plan }: StageRun, canary: string): string | null {
  if (plan.kind === 'canary') return plan.stable;
  if (began === null || plan.kind !== 'back') return null;
  // From an unfinished rollout's canary there is no way back to it.
  if (began.stable === canary) return began.previous;
  return began.stable ?? soleRevision(began.traffic);
}

/** Its baseline goes, and so do revisions of earlier rollouts that nothing leads back to. */
async function cleared(run: StageRun, canary: string, service: ServiceView): Promise<Outcome<Shown>> {
  const { previous, traffic } = service;
  const names = service.revisions
    .map(({ name }) => name)
    .filter((name) => isMadeHere(name) && name !== canary && name !== previous)
    .filter((name) => traffic.every(({ revision }) => revision !== name));
  const until = await deadlineIn(run, run.place.stage.deadlines.ready);
  const removed = await removeRevisions(run, names, until);
  // Traffic is as it should be: what could not be tidied up is told, and nothing is rolled back for it.
  const left = removed.kind === 'passed' ? removed.value : [removed.what];
  const said = `${canary} is stable${previous === null ? '' : `, ${previous} the one before`}`;
  return shown(
    [said, ...left].join('; '),
    [`all of the traffic is on ${canary}; removed: ${names.length - left.length}`, ...left].join('; '),
  );
}
