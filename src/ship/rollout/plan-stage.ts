import type { RolloutSource } from '../../domain/rollout.ts';
import { isMadeHere } from './rollout-names.ts';
import { soleRevision, trafficText } from './service-view.ts';
import type { ServiceView } from './service-view.ts';
import type { StagePlan } from './stage-run.ts';
import { failed, passed } from './stop.ts';
import type { Outcome } from './stop.ts';

/** What a stage does, by what the platform has. */
export function planStage(source: RolloutSource, service: ServiceView | null): Outcome<StagePlan> {
  if (source.kind === 'previous') return planBack(service);
  if (service === null) return passed({ kind: 'first' });
  const stable = stableOf(service);
  if (stable === null) return passed({ kind: 'replace' });
  const foreign = service.traffic.filter(
    ({ revision, percent }) => percent > 0 && revision !== stable && !isMadeHere(revision),
  );
  if (foreign.length > 0)
    return failed(
      `the traffic was split by somebody else: ${trafficText(service.traffic)}`,
      'put all of it on the revision that is to be compared with, and deploy again',
      'unknown',
    );
  return passed({ kind: 'canary', stable });
}

/**
 * The revision to compare with and to go back to: the one that has all of the traffic, unless it is the canary of a rollout that never
 * came to its end; else the last that a rollout made stable, if it is still there. Never the first in a list.
 */
export function stableOf(service: ServiceView): string | null {
  const sole = soleRevision(service.traffic);
  const known = [service.stable, service.previous].filter(
    (name) => name !== null && service.revisions.some((one) => one.name === name),
  );
  if (sole !== null && (known.includes(sole) || !isMadeHere(sole))) return sole;
  return known[0] ?? null;
}

/** Back to the last stable one where traffic is not on it alone, else to the one before. */
function planBack(service: ServiceView | null): Outcome<StagePlan> {
  const hint = 'deploy the version that was well: fettle deploy';
  if (service === null) return failed('there is no such service to roll back', hint);
  const sole = soleRevision(service.traffic);
  const target = service.stable !== null && service.stable !== sole ? service.stable : service.previous;
  if (target === null) return failed(`no revision is known that served before ${sole ?? 'now'}`, hint);
  if (!service.revisions.some(({ name }) => name === target))
    return failed(`the revision before, ${target}, is not there any more`, hint);
  return passed({ kind: 'back', target });
}
