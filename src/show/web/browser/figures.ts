import type { MetricJudgement } from '../../../domain/analysis.ts';

type Metric = MetricJudgement['metric'];

/** Shares are read in per cent, memory in MiB, CPU in milliseconds: the factor to it, and its name. */
const UNITS: Readonly<Record<Metric, readonly [number, string]>> = {
  errors: [100, '%'],
  'slow-requests': [100, '%'],
  memory: [2 ** -20, 'MiB'],
  cpu: [1000, 'ms'],
};
const NO_UNIT = [1, ''] as const;

/** Of what one reads a metric in; a metric that this page does not know is read as it is. */
export function unitOf(metric: Metric): readonly [number, string] {
  return Object.hasOwn(UNITS, metric) ? UNITS[metric] : NO_UNIT;
}

export function metricFigure(metric: Metric, value: number | null): string {
  if (value === null) return 'not measured';
  const [factor, unit] = unitOf(metric);
  return `${figure(value * factor)} ${unit}`.trimEnd();
}

/** Three digits at the most where it is not a large whole number: "0.11", "5.1", "312". */
export function figure(value: number): string {
  if (Math.abs(value) >= 100) return value.toLocaleString('en', { maximumFractionDigits: 0 });
  return String(Number(value.toPrecision(2)));
}

/** The next round number from there on, as the end of a scale: 1, 2 or 5 times a power of ten. */
export function scaleEnd(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((step) => step * power >= value) ?? 10);
}
