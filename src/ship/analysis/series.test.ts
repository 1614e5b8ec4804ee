import { expect, it } from 'vitest';
import type { RevisionInterval } from '../../domain/analysis.ts';
import { seriesOf } from './series.ts';

function interval(
  at: number,
  counts: readonly number[],
  more: Partial<RevisionInterval> = {},
): RevisionInterval {
  return {
    from: new Date(at * 10_000).toISOString(),
    to: new Date((at + 1) * 10_000).toISOString(),
    ...{ requests: counts.reduce((sum, each) => sum + each, 0), errors: 1 },
    ...{ latency: { boundsMs: [10, 100], counts }, memoryBytes: null, cpuSeconds: null },
    ...more,
  };
}

it('each interval is a point, in the order of time, with its percentiles', () => {
  const points = seriesOf([interval(1, [0, 99, 0]), interval(0, [99, 0, 0])]);
  expect(points.map(({ from, requests, errors }) => [from.slice(17, 19), requests, errors])).toEqual([
    ['00', 99, 1],
    ['10', 99, 1],
  ]);
  // The 50th and the 95th of 99 that lie evenly in their bucket.
  expect(points[0]!.p50Ms).toBe(5.1);
  expect(points[1]).toMatchObject({ p50Ms: 55.5, p95Ms: 96.4 });
});

it('a long stage has no more than 60 points, and no request is lost', () => {
  const points = seriesOf(Array.from({ length: 1000 }, (_, at) => interval(at, [2, 1, 0])));
  expect(points.length).toBeLessThanOrEqual(60);
  expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(3000);
  expect(points.reduce((sum, { errors }) => sum + errors, 0)).toBe(1000);
  expect(points.slice(1).every(({ from }, at) => from === points[at]!.to)).toBe(true);
});

it('a percentile that is not known is none', () => {
  expect(seriesOf([interval(0, [0, 0, 99])])[0]).toMatchObject({ p50Ms: null, p95Ms: null });
  expect(seriesOf([interval(0, [0, 0, 0])])[0]).toMatchObject({ requests: 0, p50Ms: null });
  const other = { latency: { boundsMs: [5, 50], counts: [9, 9, 0] } };
  const many = Array.from({ length: 61 }, (_, at) => interval(at, [9, 9, 0], at % 2 === 0 ? {} : other));
  expect(seriesOf(many)[0]).toMatchObject({ requests: 36, p50Ms: null });
});
