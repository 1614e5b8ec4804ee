import type { MetricJudgement } from '../../../domain/analysis.ts';

/** What a metric measures, as one reads it: shares in per cent, memory in MiB, CPU in milliseconds. */
export function metricFigure(metric: MetricJudgement['metric'], value: number | null): string {
  if (value === null) return 'not measured';
  if (metric === 'memory') return `${figure(value / 2 ** 20)} MiB`;
  return metric === 'cpu' ? `${figure(value * 1000)} ms` : `${figure(value * 100)} %`;
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
