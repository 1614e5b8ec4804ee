import type { protos } from '@google-cloud/run';
import type { TrafficShare } from '../../deployment/platform.ts';
import { lastName } from './place-names.ts';

export type RunService = protos.google.cloud.run.v2.IService;
type Target = protos.google.cloud.run.v2.ITrafficTarget;

const LATEST = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const REVISION = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
/** Enums come as their names or as their numbers. */
const LATEST_NUMBER = 1;

/**
 * What a service is told to do with its traffic, by revision. A target that follows the latest revision, as other tools write it, is the
 * revision that this is now; a service without targets sends all to it.
 */
export function sharesOf(service: RunService): readonly TrafficShare[] {
  const latest = lastName(service.latestReadyRevision ?? '');
  const targets: readonly Target[] = service.traffic?.length
    ? service.traffic
    : [{ type: LATEST, percent: 100 }];
  return targets.flatMap(({ type, revision, percent, tag }) => {
    const follows = type === LATEST || (type as unknown) === LATEST_NUMBER || !revision;
    const name = follows ? latest : lastName(revision);
    return name === '' ? [] : [{ revision: name, percent: percent ?? 0, tag: tag || null }];
  });
}

/** By revision always: what is newest is nobody's decision. Shares without traffic and tag are none. */
export function targetsOf(shares: readonly TrafficShare[]): Target[] {
  return shares
    .filter(({ percent, tag }) => percent > 0 || tag !== null)
    .map(({ revision, percent, tag }) => ({
      type: REVISION,
      revision,
      percent,
      ...(tag === null ? {} : { tag }),
    }));
}

/** Why these shares are none that may be written; null: they are. */
export function sharesProblem(shares: readonly TrafficShare[]): string | null {
  const sum = shares.reduce((all, { percent }) => all + percent, 0);
  if (sum !== 100) return `the shares of the traffic add to ${sum} per cent, not to 100`;
  const odd = shares.find(({ percent }) => !Number.isInteger(percent) || percent < 0);
  if (odd !== undefined)
    return `${odd.revision} is to have ${odd.percent} per cent: whole ones from 0 to 100 can be had`;
  const tags = shares.flatMap(({ tag }) => tag ?? []);
  const twice = tags.find((tag, at) => tags.indexOf(tag) !== at);
  return twice === undefined ? null : `the tag ${twice} is given twice`;
}

/** Whether both say the same, in whatever order. */
export function sameShares(some: readonly TrafficShare[], others: readonly TrafficShare[]): boolean {
  const text = (shares: readonly TrafficShare[]): string =>
    shares
      .filter(({ percent, tag }) => percent > 0 || tag !== null)
      .map(({ revision, percent, tag }) => `${revision} ${percent} ${tag ?? ''}`)
      .sort()
      .join('\n');
  return text(some) === text(others);
}
