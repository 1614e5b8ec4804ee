import { describe, expect, it } from 'vitest';
import type { RevisionInterval } from '../../domain/analysis.ts';
import { analyse, grossFailure } from './analyse.ts';
import { defaultAnalysis } from './default-analysis.ts';

const BOUNDS_MS = [5, 10, 20, 40, 80];

function interval(at: number, changed: Partial<RevisionInterval> = {}): RevisionInterval {
  return {
    from: new Date(Date.UTC(2026, 0, 1, 0, 0, 10 * at)).toISOString(),
    to: new Date(Date.UTC(2026, 0, 1, 0, 0, 10 * at + 10)).toISOString(),
    requests: 120,
    errors: 0,
    latency: { boundsMs: BOUNDS_MS, counts: [40 + (at % 5), 60 - (at % 5), 14, 6, 0, 0] },
    memoryBytes: 100 * 2 ** 20,
    cpuSeconds: 0.6,
    ...changed,
  };
}

function intervals(count: number, changed: Partial<RevisionInterval> = {}): readonly RevisionInterval[] {
  return Array.from({ length: count }, (_, at) => interval(at, changed));
}

const settings = { ...defaultAnalysis, minimumRequests: 1_500 };

const look = (canary: readonly RevisionInterval[], baseline = intervals(15), which = 1) =>
  analyse({ look: which, looks: 3, canary, baseline }, settings);

const failedOf = (told: ReturnType<typeof look>) =>
  told.metrics.filter(({ verdict }) => verdict === 'fail').map(({ metric }) => metric);

describe('a look', () => {
  it('passes a canary like its baseline', () => {
    const told = look(intervals(15));
    expect(told.verdict).toBe('pass');
    expect(told.kayenta.score).toBe(100);
  });

  it('fails what answers with errors, and says so in figures', () => {
    const told = look(intervals(15, { errors: 6 }));
    expect(failedOf(told)).toEqual(['errors']);
    expect(told.why).toBe(
      '5 % of 1,800 requests failed, 0 % of 1,800 with the baseline: more by over 0.5 % of all requests, at an error of 0.1 %.',
    );
  });

  it('fails what is slow', () => {
    expect(
      failedOf(look(intervals(15, { latency: { boundsMs: BOUNDS_MS, counts: [0, 40, 60, 14, 6, 0] } }))),
    ).toEqual(['slow-requests']);
  });

  it('fails what leaks, by what it held last', () => {
    const leaking = Array.from({ length: 15 }, (_, at) =>
      interval(at, { memoryBytes: (100 + 30 * at) * 2 ** 20 }),
    );
    expect(failedOf(look(leaking))).toEqual(['memory']);
  });

  it('tells of CPU and does not fail by it', () => {
    const told = look(intervals(15, { cpuSeconds: 6 }));
    expect(told.verdict).toBe('pass');
    expect(told.metrics[3]!.seen).toBe(
      '50 ms of CPU for a request, 5 ms with the baseline, 10 times as much.',
    );
    expect(told.kayenta.metrics.find(({ metric }) => metric === 'cpu')!.classification).toBe('High');
  });

  it('does without memory where the platform measures none', () => {
    const told = look(intervals(15, { memoryBytes: null }), intervals(15, { memoryBytes: null }));
    expect(told.verdict).toBe('pass');
    expect(told.metrics[2]).toMatchObject({ metric: 'memory', critical: false, verdict: 'hold' });
  });

  it('is not misled by errors that come to both sides while the shares of traffic change', () => {
    const busy = (at: number, canary: number) =>
      interval(at, {
        requests: canary,
        errors: at >= 10 ? 0.2 * canary : 0,
        latency: { boundsMs: BOUNDS_MS, counts: [canary, 0, 0, 0, 0, 0] },
      });
    const canary = Array.from({ length: 30 }, (_, at) => busy(at, at >= 10 ? 500 : 100));
    const baseline = Array.from({ length: 30 }, (_, at) => busy(at, at >= 10 ? 100 : 500));
    expect(look(canary, baseline).verdict).toBe('pass');
  });
});

describe('gross errors', () => {
  const few = (count: number, errors: number) => intervals(count, { requests: 10, errors });
  const early = (canary: readonly RevisionInterval[], baseline = few(canary.length, 0)) =>
    grossFailure({ look: 1, looks: 3, canary, baseline }, settings);

  it('fail a canary before a look has its sample, and are told in figures', () => {
    const told = look(few(4, 10), few(4, 0));
    expect(told.verdict).toBe('fail');
    expect(failedOf(told)).toEqual(['errors']);
    expect(told.metrics[1]).toMatchObject({ metric: 'slow-requests', verdict: 'hold' });
    expect(told.why).toBe(
      '100 % of 30 requests failed, 0 % of 30 with the baseline: more by over 10 % of all requests, which no look has to be waited for, at an error of 0.1 %.',
    );
    expect(early(few(4, 10))).toEqual(told);
  });

  it('are not told of one interval or two, however many requests failed there', () => {
    expect(early(few(2, 10))).toBeNull();
    const burst = [...intervals(5), interval(5, { errors: 120 }), interval(6, { errors: 120 })];
    expect(early(burst, intervals(7))).toBeNull();
  });

  it('are not told where the baseline fails as well, or most of it', () => {
    expect(early(few(60, 10), few(60, 10))).toBeNull();
    expect(early(few(60, 5), few(60, 5))).toBeNull();
    expect(early(few(60, 6), few(60, 5))).toBeNull();
  });

  it('are told of half of the requests, and not of what a tolerance allows', () => {
    expect(early(few(10, 5))?.verdict).toBe('fail');
    const seen = { look: 1, looks: 3, canary: few(60, 5), baseline: few(60, 0) };
    expect(grossFailure(seen, { ...settings, errorTolerance: 0.5 })).toBeNull();
  });

  it('need requests on both sides', () => {
    expect(early(few(10, 10), intervals(10, { requests: 0 }))).toBeNull();
  });
});

describe('a look holds, and says why,', () => {
  const with1 = (changed: Partial<RevisionInterval>) => [...intervals(14), interval(14, changed)];
  it.each([
    ['without anything', [], [], 'each must have had 1,500'],
    ['below the minimum', intervals(15, { errors: 12 }), intervals(12), 'each must have had 1,500'],
    [
      'with few intervals of many requests',
      intervals(5, { requests: 1e6 }),
      intervals(5, { requests: 1e6 }),
      'at least half',
    ],
    ['with no requests', intervals(15, { requests: 0 }), intervals(15), 'each must have had'],
    ['with a NaN', with1({ requests: NaN }), intervals(15), 'requests is NaN'],
    ['with a count below 0', with1({ errors: -3 }), intervals(15), 'errors is -3'],
    ['with more errors than requests', with1({ errors: 121 }), intervals(15), 'errors is 121'],
    ['with memory that is no number', with1({ memoryBytes: Infinity }), intervals(15), 'memory is Infinity'],
    [
      'with an interval without length',
      with1({ to: interval(14).from }),
      intervals(15),
      'does not end after',
    ],
    ['with a date that is none', with1({ from: 'soon' }), intervals(15), 'does not end after'],
    ['with an interval twice', [...intervals(15), interval(3)], intervals(15), 'overlap at'],
    [
      'with other bounds',
      with1({ latency: { boundsMs: [1, 2], counts: [0, 0, 120] } }),
      intervals(15),
      'different bounds',
    ],
    [
      'with too few counts',
      with1({ latency: { boundsMs: BOUNDS_MS, counts: [1] } }),
      intervals(15),
      '6 were expected',
    ],
    [
      'with a count below 0 in a histogram',
      with1({ latency: { boundsMs: BOUNDS_MS, counts: [1, 2, -1, 0, 0, 0] } }),
      intervals(15),
      'a count of -1',
    ],
    [
      'with sides that were never there together',
      intervals(15).map((_, at) => interval(at + 40)),
      intervals(15),
      '30 intervals were seen on one side only',
    ],
    ['with memory of one side', intervals(15, { memoryBytes: null }), intervals(15), 'in 0 intervals'],
  ])('%s', (_, canary, baseline, why) => {
    const told = look(canary, baseline);
    expect(told.verdict).toBe('hold');
    expect(told.why).toContain(why);
    expect(told.metrics.every(({ verdict }) => verdict === 'hold')).toBe(true);
  });

  it('with a baseline slower than the histogram goes', () => {
    const endless = { latency: { boundsMs: BOUNDS_MS, counts: [0, 0, 0, 0, 100, 20] } };
    expect(look(intervals(15, endless), intervals(15, endless)).why).toContain('lies beyond 80 ms');
  });

  it('until each look has as much again as the one before', () => {
    expect(look(intervals(15), intervals(15), 2).why).toContain('each must have had 3,000');
    expect(look(intervals(30), intervals(30), 2).verdict).toBe('pass');
  });

  it('beyond the last look, and with settings that bound nothing', () => {
    expect(look(intervals(90), intervals(90), 4).why).toContain('look 4 of 3');
    const seen = { look: 1, looks: 3, canary: intervals(15), baseline: intervals(15) };
    expect(analyse(seen, { ...settings, totalError: NaN }).verdict).toBe('hold');
  });
});
