import { describe, expect, it } from 'vitest';
import { probabilityOfMean } from './between-intervals.ts';
import { ranked, rankStatistic, typicalShift } from './mann-whitney.ts';
import { countAbove, placeOf } from './percentile.ts';
import { probabilityOfExcess } from './two-proportions.ts';

describe('the two-proportion test gives what scipy 1.17 gives with the restricted estimate found as a root of the likelihood', () => {
  it.each([
    [76, 1500, 2, 1500, 0.005, 7.345520418464758e-16],
    [20, 1000, 5, 1200, 0.005, 0.006640656474533966],
    [12, 500, 12, 1500, 0, 0.0022167262418719817],
    [0, 800, 3, 800, 0.005, 0.9960332504777798],
    [310, 1512, 75, 1498, 0.05, 1.7440433732024187e-19],
    [8, 1000, 0, 1000, 0.005, 0.08931140321879111],
  ])('%d of %d beside %d of %d, margin %d', (first, ofFirst, second, ofSecond, margin, expected) => {
    const told = probabilityOfExcess({ count: first, of: ofFirst }, { count: second, of: ofSecond }, margin);
    expect(told / expected).toBeCloseTo(1, 5);
  });

  it('is sure of nothing where nothing differs', () => {
    expect(probabilityOfExcess({ count: 0, of: 10 }, { count: 0, of: 10 }, 0)).toBe(1);
  });
});

describe('the test between intervals', () => {
  const meanOf = (values: readonly number[]) => {
    const value = values.reduce((total, each) => total + each, 0) / values.length;
    return {
      value,
      influences: values.map((each) => (each - value) / values.length),
      weights: values.map(() => 1 / values.length),
    };
  };

  it("is Student's (scipy 1.17, ttest_1samp) where there are as many cosines as degrees of freedom", () => {
    const values = [0.12, 0.03, 0.22, 0.09, 0.15, 0.02, 0.11, 0.18, 0.07];
    expect(probabilityOfMean(meanOf(values), 0.05)).toBeCloseTo(0.013254942742312143, 10);
  });

  it('takes the slow swings alone for the variance (scipy 1.17 on the same formula)', () => {
    const values = [
      0.08, 0.1164, 0.1509, 0.1321, 0.1586, 0.1298, 0.1455, 0.1562, 0.1129, 0.1171, 0.0705, 0.0749, 0.0822,
      0.0435, 0.0601, 0.0321, 0.0593, 0.0911, 0.076, 0.1125, 0.0987, 0.1328, 0.1634, 0.1391, 0.1595, 0.1244,
      0.1344, 0.1406, 0.0946, 0.098,
    ];
    expect(probabilityOfMean(meanOf(values), 0.05)).toBeCloseTo(0.0004539729866512052, 8);
  });

  it('is less sure of intervals that correlate than of the same in another order', () => {
    const rising = Array.from({ length: 30 }, (_, at) => 0.04 + at / 300);
    const mixed = rising.map((_, at) => rising[(at * 7) % 30]!);
    expect(probabilityOfMean(meanOf(rising), 0.05)).toBeGreaterThan(
      4 * probabilityOfMean(meanOf(mixed), 0.05),
    );
  });
});

describe('ranks give what scipy 1.17 gives (mannwhitneyu, asymptotic, continuity corrected)', () => {
  const first = [1.1, 2.3, 2.9, 3.1, 4.8, 5.2, 6.6];
  const second = [0.4, 1.1, 1.9, 2.0, 2.6, 3.1];
  it.each([
    ['ties between both', first, second, 1.7906404034477035, 1.85],
    ['many ties', [1, 1, 2, 2, 3, 3, 3], [2, 2, 3, 3, 4, 4, 4], -1.7289059101809168, -1],
    ['a shift', first, second.map((each) => each + 5), -2.6428571428571432, -3.15],
  ])('%s', (_, one, other, statistic, shift) => {
    expect(rankStatistic(ranked(one), ranked(other))).toBeCloseTo(statistic, 10);
    expect(typicalShift(ranked(one), ranked(other))).toBeCloseTo(shift, 10);
  });
});

describe('the place of a percentile', () => {
  it('leaves five in a hundred above it, a rank of 0.05 (n + 1) among n', () => {
    const place = placeOf([50, 40, 9], 0, 0.05)!;
    expect(place.bucket).toBe(2);
    expect(countAbove(place, [50, 40, 9])).toBeCloseTo(99 - 95, 10);
  });

  it('is beyond everything where too many had no answer, and nowhere among few', () => {
    expect(countAbove(placeOf([90, 0], 10, 0.05)!, [90, 7])).toBe(0);
    expect(placeOf([10, 0], 0, 0.05)).toBeNull();
  });
});
