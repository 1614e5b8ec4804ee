import { describe, expect, it } from 'vitest';
import { fixedClock } from '../../../../io/fixed-clock.ts';
import { intervalCounts } from './interval-counts.ts';
import { bucketOf, LATENCY_BOUNDS_MS } from './latency-buckets.ts';

const ALWAYS = [new Date(0), new Date('2100-01-01T00:00:00Z')] as const;

function settledRequest(counts: ReturnType<typeof intervalCounts>, isError: boolean): void {
  counts.begin('shop-1').settled(isError);
}

describe('counts of a revision', () => {
  it('lie in intervals that begin at multiples of their length, and are told once they are over', () => {
    const clock = fixedClock('2026-11-27T09:00:13Z');
    const counts = intervalCounts(10, clock);
    settledRequest(counts, false);
    settledRequest(counts, true);
    expect(counts.intervals('shop-1', ...ALWAYS)).toEqual([]);
    clock.advance(7_000);
    const [first, ...others] = counts.intervals('shop-1', ...ALWAYS);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      from: '2026-11-27T09:00:10.000Z',
      to: '2026-11-27T09:00:20.000Z',
      requests: 2,
      errors: 1,
    });
    expect(first!.latency.counts.reduce((sum, count) => sum + count)).toBe(2);
    expect(first!.latency.counts).toHaveLength(first!.latency.boundsMs.length + 1);
  });

  it('are zero where nothing was asked, and leave out intervals that lie only in part within what is asked for', () => {
    const clock = fixedClock('2026-11-27T09:00:00Z');
    const counts = intervalCounts(10, clock);
    counts.watch('shop-1');
    clock.advance(60_000);
    const within = counts.intervals(
      'shop-1',
      new Date('2026-11-27T09:00:05Z'),
      new Date('2026-11-27T09:00:39Z'),
    );
    expect(within.map(({ from, requests }) => [from.slice(17, 19), requests])).toEqual([
      ['10', 0],
      ['20', 0],
    ]);
    expect(counts.intervals('never-seen', ...ALWAYS)).toEqual([]);
  });

  it('have an answer that broke off among the errors of its own interval, once', () => {
    const clock = fixedClock('2026-11-27T09:00:00Z');
    const counts = intervalCounts(10, clock);
    const long = counts.begin('shop-1');
    long.settled(false);
    clock.advance(20_000);
    long.brokeOff();
    long.brokeOff();
    expect(counts.intervals('shop-1', ...ALWAYS).map(({ errors }) => errors)).toEqual([1, 0]);
  });

  it('are kept for six hours, though the clock jump', () => {
    const clock = fixedClock('2026-11-27T09:00:00Z');
    const counts = intervalCounts(10, clock);
    for (let hour = 0; hour < 20; hour += 1) {
      settledRequest(counts, false);
      clock.advance(3_600_000);
    }
    const kept = counts.intervals('shop-1', ...ALWAYS);
    expect(kept).toHaveLength(6 * 360);
    expect(kept.reduce((sum, { requests }) => sum + requests, 0)).toBe(6);
    clock.advance(-12 * 3_600_000);
    settledRequest(counts, true);
    expect(counts.intervals('shop-1', ...ALWAYS).every(({ errors }) => errors === 0)).toBe(true);
  });
});

describe('the bounds of latency', () => {
  it('rise evenly from 1 ms to 60 s, and a value at a bound counts below it', () => {
    expect(LATENCY_BOUNDS_MS).toHaveLength(60);
    expect([LATENCY_BOUNDS_MS[0], LATENCY_BOUNDS_MS.at(-1)]).toEqual([1, 60_000]);
    for (let index = 1; index < 60; index += 1)
      expect(LATENCY_BOUNDS_MS[index]! / LATENCY_BOUNDS_MS[index - 1]!).toBeCloseTo(60_000 ** (1 / 59), 2);
    expect([bucketOf(0.2), bucketOf(1), bucketOf(1.01)]).toEqual([0, 0, 1]);
    expect([bucketOf(60_000), bucketOf(60_001)]).toEqual([59, 60]);
  });
});
