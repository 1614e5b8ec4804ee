import { CANARY_TAG } from './rollout-names.ts';
import { deadlineIn } from './run-board.ts';
import type { Deadline } from './run-board.ts';
import { guardedWrite } from './guarded-write.ts';
import { sameTraffic, trafficText } from './service-view.ts';
import type { ServiceView } from './service-view.ts';
import { changeStage, shown, stageStep } from './stage-run.ts';
import type { Shown, StageRun } from './stage-run.ts';
import { revisionNames } from './rollout-names.ts';
import type { Outcome, Stop } from './stop.ts';
import type { Artifact } from '../deployment/platform.ts';
import { putInOrder } from './put-in-order.ts';
import { withTag } from './traffic-plan.ts';

/** The new revision, without traffic; where it goes back, the old one's tag, so that it can be asked before it serves. */
export async function createCanary(run: StageRun): Promise<Stop | null> {
  const { plan, place, request, artifact } = run;
  const name = plan.kind === 'back' ? plan.target : revisionNames(place.stage.service, request.id).canary;
  await changeStage(run, { canary: name });
  const words = {
    ...({ kind: 'create', saying: `revision ${name}`, how: `what ${place.settings.platform} has` } as const),
    claim: plan.kind === 'back' ? `${name} is there to go back to` : `${name} is what was built`,
  };
  return stageStep(run, words, async () => {
    const until = await deadlineIn(run, place.stage.deadlines.ready);
    if (plan.kind === 'back') return tagTarget(run, plan.target, until);
    const settled = await putInOrder(run, until);
    if (settled.kind !== 'passed') return settled;
    return createFrom(run, name, artifact!, until, settled.value);
  });
}

async function createFrom(
  run: StageRun,
  name: string,
  artifact: Artifact,
  until: Deadline,
  more: string,
): Promise<Outcome<Shown>> {
  const { place, plan } = run;
  const written = await guardedWrite(run, {
    ...{ name: `create ${name}`, until, listens: true },
    makes: plan.kind === 'first' ? [{ revision: name, percent: 100, tag: CANARY_TAG }] : null,
    isDone: ({ revisions }) => revisions.some((one) => one.name === name),
    send: (platform, _state, guard) =>
      platform.createRevision(
        place,
        { name, tag: CANARY_TAG, of: { kind: 'artifact', artifact, shape: place.settings.shape } },
        guard,
      ),
  });
  if (written.kind !== 'passed') return written;
  return shown(saidOf(run, name, more), `${name} of ${artifact.digest}; ${seenTraffic(written.value)}`);
}

function saidOf({ plan }: StageRun, name: string, more: string): string {
  if (plan.kind === 'first')
    return `revision ${name}; the first deployment: nothing is there to compare it with, and it has all of the traffic`;
  if (plan.kind === 'replace')
    return `revision ${name}, without traffic; no revision is known to have served, so there is nothing to compare it with${more}`;
  return `revision ${name}, without traffic${more}`;
}

async function tagTarget(run: StageRun, target: string, until: Deadline): Promise<Outcome<Shown>> {
  const began = run.began!;
  const shares = withTag(began.traffic, target, CANARY_TAG);
  const written = await guardedWrite(run, {
    ...{ name: `tag ${target}`, until, listens: true, makes: shares },
    isDone: ({ traffic }) => sameTraffic(traffic, shares),
    send: (platform, _state, guard) =>
      platform.route(run.place, { shares, stable: began.stable, previous: began.previous }, guard),
  });
  if (written.kind !== 'passed') return written;
  return shown(`back to revision ${target}`, seenTraffic(written.value));
}

function seenTraffic({ traffic }: ServiceView): string {
  return `traffic: ${trafficText(traffic)}`;
}
