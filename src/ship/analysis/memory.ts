import type { AnalysisSettings, MetricJudgement } from '../../domain/analysis.ts';
import { probabilityOfMean } from './between-intervals.ts';
import { figure, mebibytes, percent } from './figures.ts';
import type { Pair } from './paired-intervals.ts';

/** Intervals in which both sides' memory has to be known. */
export const MEMORY_INTERVALS = 5;

export interface MemoryPair {
  readonly canary: number;
  readonly baseline: number;
}

/** Null where neither side's memory was ever measured. */
export function measuredMemory(pairs: readonly Pair[]): readonly MemoryPair[] | null {
  const isMeasured = pairs.some(
    ({ canary, baseline }) => canary.memoryBytes !== null || baseline.memoryBytes !== null,
  );
  if (!isMeasured) return null;
  return pairs.flatMap(({ canary, baseline }) =>
    canary.memoryBytes !== null && baseline.memoryBytes !== null
      ? [{ canary: canary.memoryBytes, baseline: baseline.memoryBytes }]
      : [],
  );
}

/**
 * Whether the canary holds more than the factor allows, in the younger half of the intervals: what leaks is seen where it is largest. Two
 * processes of the same program differ by more than each of them does over time; the factor is there for that, not the test.
 */
export function judgeMemory(
  measured: readonly MemoryPair[],
  { memoryFactor }: AnalysisSettings,
  error: number,
): MetricJudgement {
  const young = measured.slice(-Math.max(MEMORY_INTERVALS, Math.ceil(measured.length / 2)));
  const isWorse = probabilityOfMoreMemory(young, memoryFactor) < error;
  const [canary, baseline] = [typical(young, 'canary'), typical(young, 'baseline')];
  const sides = `${mebibytes(canary)} of memory, ${mebibytes(baseline)} with the baseline`;
  return {
    metric: 'memory',
    critical: true,
    verdict: isWorse ? 'fail' : 'pass',
    canary,
    baseline,
    seen: isWorse
      ? `${sides}: more than ${figure(memoryFactor)} times as much, at an error of ${percent(error)}.`
      : `${sides}: not shown to be more than ${figure(memoryFactor)} times as much.`,
  };
}

/** On logarithms, in which a factor is a difference. What holds less than one byte holds one. */
export function probabilityOfMoreMemory(pairs: readonly MemoryPair[], factor: number): number {
  const ratios = pairs.map(({ canary, baseline }) => Math.log(Math.max(1, canary) / Math.max(1, baseline)));
  const value = ratios.reduce((total, each) => total + each, 0) / ratios.length;
  const weight = 1 / ratios.length;
  return probabilityOfMean(
    { value, influences: ratios.map((each) => weight * (each - value)), weights: ratios.map(() => weight) },
    Math.log(factor),
  );
}

function typical(pairs: readonly MemoryPair[], side: 'canary' | 'baseline'): number {
  return Math.exp(pairs.reduce((total, pair) => total + Math.log(Math.max(1, pair[side])), 0) / pairs.length);
}
