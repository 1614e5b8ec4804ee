import type { Histogram, RevisionInterval, SeriesPoint } from '../../domain/analysis.ts';
import { msOf, placeOf } from './percentile.ts';

/** A plot has no more room, and every state that is published carries it. */
const MOST_POINTS = 60;

/** What a revision did as at most 60 points in time; in a long stage neighbouring intervals are one point. */
export function seriesOf(intervals: readonly RevisionInterval[]): readonly SeriesPoint[] {
  const inOrder = [...intervals].sort((a, b) => (a.from < b.from ? -1 : 1));
  const size = Math.max(1, Math.ceil(inOrder.length / MOST_POINTS));
  const points: SeriesPoint[] = [];
  for (let at = 0; at < inOrder.length; at += size) points.push(pointOf(inOrder.slice(at, at + size)));
  return points;
}

function pointOf(stretch: readonly RevisionInterval[]): SeriesPoint {
  const sum = (of: (interval: RevisionInterval) => number): number =>
    stretch.reduce((total, interval) => total + of(interval), 0);
  const [requests, errors] = [sum((one) => one.requests), sum((one) => one.errors)];
  const latency = added(stretch.map((one) => one.latency));
  return {
    ...{ from: stretch[0]!.from, to: stretch.at(-1)!.to, requests, errors },
    ...{ p50Ms: percentile(latency, 0.5), p95Ms: percentile(latency, 0.05) },
  };
}

/** Null: they were counted by different bounds, and cannot be laid over each other. */
function added(histograms: readonly Histogram[]): Histogram | null {
  const { boundsMs } = histograms[0]!;
  const key = JSON.stringify(boundsMs);
  if (histograms.some((one) => JSON.stringify(one.boundsMs) !== key)) return null;
  const counts = histograms[0]!.counts.map((_, bucket) =>
    histograms.reduce((sum, one) => sum + (one.counts[bucket] ?? 0), 0),
  );
  return { boundsMs, counts };
}

/** `above`: the share that lies above it. To a tenth of a millisecond, which is more than a plot shows. */
function percentile(latency: Histogram | null, above: number): number | null {
  const place = latency === null ? null : placeOf(latency.counts, 0, above);
  const ms = place === null ? null : msOf(place, latency!.boundsMs);
  return ms === null ? null : Math.round(ms * 10) / 10;
}
