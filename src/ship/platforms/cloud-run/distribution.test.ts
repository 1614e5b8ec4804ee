import { describe, expect, it } from 'vitest';
import { histogramOf } from './distribution.ts';
import { gridOf } from './revision-metrics.ts';

describe('distributions of Cloud Monitoring', () => {
  it('have the bounds that their options say, and zeros where counts are left out', () => {
    const exponential = { numFiniteBuckets: 2, growthFactor: 2, scale: 5 };
    expect(
      histogramOf({ bucketOptions: { exponentialBuckets: exponential }, bucketCounts: ['1', '2'] }),
    ).toEqual({
      boundsMs: [5, 10, 20],
      counts: [1, 2, 0, 0],
    });
    const linear = { numFiniteBuckets: 2, width: 10, offset: 5 };
    expect(histogramOf({ bucketOptions: { linearBuckets: linear }, bucketCounts: [0, 0, 0, 4] })).toEqual({
      boundsMs: [5, 15, 25],
      counts: [0, 0, 0, 4],
    });
    expect(
      histogramOf({ bucketOptions: { explicitBuckets: { bounds: [1, 2] } }, bucketCounts: [3] }),
    ).toEqual({
      boundsMs: [1, 2],
      counts: [3, 0, 0],
    });
    expect(histogramOf({ bucketCounts: ['1'] })).toBeNull();
    expect(histogramOf(undefined)).toBeNull();
  });

  it('are asked for in whole minutes that can be read already', () => {
    const at = (time: string): Date => new Date(`2026-01-01T${time}Z`);
    const grid = gridOf(at('10:00:30'), at('10:10:00'), at('10:08:30'), 10);
    expect(new Date(grid.startMs)).toEqual(at('10:01:00'));
    expect(new Date(grid.endMs)).toEqual(at('10:05:00'));
    expect(grid.periodMs).toBe(60_000);
  });
});
