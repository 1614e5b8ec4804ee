import type { TrafficShare } from '../deployment/platform.ts';
import { BASELINE_TAG, CANARY_TAG, isOwnTag } from './rollout-names.ts';

export interface Parties {
  readonly canary: string;
  readonly baseline: string | null;
  readonly stable: string | null;
}

/**
 * Canary p per cent, baseline the same so far as there is room, and the stable one the rest. Tags of others stay where they are.
 */
export function stepShares(
  percent: number,
  { canary, baseline, stable }: Parties,
  now: readonly TrafficShare[],
): readonly TrafficShare[] {
  const twin = baseline === null ? 0 : Math.min(percent, 100 - percent);
  const rest = 100 - percent - twin;
  return withForeignTags(
    [
      { revision: canary, percent, tag: CANARY_TAG },
      ...(baseline === null ? [] : [{ revision: baseline, percent: twin, tag: BASELINE_TAG }]),
      ...(stable === null || rest === 0 ? [] : [{ revision: stable, percent: rest, tag: null }]),
    ],
    now,
  );
}

/** All of the traffic on one revision, and none of fettle's own tags. */
export function allOn(revision: string, now: readonly TrafficShare[]): readonly TrafficShare[] {
  return withForeignTags([{ revision, percent: 100, tag: null }], now);
}

/** The traffic as it was, without fettle's own tags. */
export function withoutOwnTags(traffic: readonly TrafficShare[]): readonly TrafficShare[] {
  return traffic
    .map((share) => (isOwnTag(share.tag) ? { ...share, tag: null } : share))
    .filter(({ percent, tag }) => percent > 0 || tag !== null);
}

/** Traffic as it is, with a revision's tag beside it. */
export function withTag(
  traffic: readonly TrafficShare[],
  revision: string,
  tag: string,
): readonly TrafficShare[] {
  return [
    ...traffic
      .filter((share) => share.percent > 0 || share.tag !== tag)
      .map((share) => (share.tag === tag ? { ...share, tag: null } : share)),
    { revision, percent: 0, tag },
  ];
}

function withForeignTags(
  shares: readonly TrafficShare[],
  now: readonly TrafficShare[],
): readonly TrafficShare[] {
  const foreign = now.filter(({ tag }) => tag !== null && !isOwnTag(tag));
  return foreign.reduce<readonly TrafficShare[]>((all, { revision, tag }) => {
    const at = all.findIndex((share) => share.revision === revision && share.tag === null);
    if (at === -1) return [...all, { revision, percent: 0, tag }];
    return all.map((share, index) => (index === at ? { ...share, tag } : share));
  }, shares);
}
