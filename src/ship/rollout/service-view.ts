import type { StageState } from '../../domain/rollout.ts';
import type { Revision, ServiceState, TrafficShare } from '../deployment/platform.ts';
import { isMadeHere } from './rollout-names.ts';

/** What a rollout keeps of a service's state: JSON, and no more than it decides by. */
export interface ServiceView {
  readonly url: string;
  readonly traffic: readonly TrafficShare[];
  readonly stable: string | null;
  readonly previous: string | null;
  readonly revisions: readonly Pick<Revision, 'name' | 'tag' | 'url'>[];
}

export function viewOf(state: ServiceState): ServiceView {
  const { url, traffic, stable, previous } = state;
  const named = new Set([stable, previous, ...traffic.map(({ revision }) => revision)]);
  const revisions = state.revisions
    .filter(({ name }) => named.has(name) || isMadeHere(name))
    .map(({ name, tag, url: own }) => ({ name, tag, url: own }));
  return { url, traffic, stable, previous, revisions };
}

/** Whether two lists give the same revisions the same shares, tags aside. */
export function sameShares(a: readonly TrafficShare[], b: readonly TrafficShare[]): boolean {
  const [one, other] = [shares(a), shares(b)];
  return one.size === other.size && [...one].every(([revision, percent]) => other.get(revision) === percent);
}

/** Whether two lists are the same, tags and all, in whatever order. */
export function sameTraffic(a: readonly TrafficShare[], b: readonly TrafficShare[]): boolean {
  const told = (list: readonly TrafficShare[]): string =>
    list
      .map(({ revision, percent, tag }) => `${revision} ${percent} ${tag ?? ''}`)
      .sort()
      .join('\n');
  return sameShares(a, b) && told(tagged(a)) === told(tagged(b));
}

/** Where a share and a tag stand in two entries on one platform and in one on another, it is the same. */
function tagged(list: readonly TrafficShare[]): readonly TrafficShare[] {
  return list.filter(({ tag }) => tag !== null).map((share) => ({ ...share, percent: 0 }));
}

function shares(traffic: readonly TrafficShare[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { revision, percent } of traffic)
    if (percent > 0) sums.set(revision, (sums.get(revision) ?? 0) + percent);
  return sums;
}

/** The one that has all of the traffic; null: there is none such. */
export function soleRevision(traffic: readonly TrafficShare[]): string | null {
  const [only, ...more] = shares(traffic);
  return only !== undefined && more.length === 0 && only[1] === 100 ? only[0] : null;
}

/** "shop-a 90 %, shop-b 10 %" */
export function trafficText(traffic: readonly TrafficShare[]): string {
  const parts = [...shares(traffic)].map(([revision, percent]) => `${revision} ${percent} %`);
  return parts.length === 0 ? 'no revision has any' : parts.join(', ');
}

/** The canary's share of what is served. */
export function percentOf(stage: StageState, traffic: readonly TrafficShare[]): number {
  return stage.canary === null ? 0 : (shares(traffic).get(stage.canary) ?? 0);
}
