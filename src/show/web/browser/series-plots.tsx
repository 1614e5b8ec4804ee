import type { JSX } from 'preact';
import type { SeriesPoint, StageSeries } from '../../../domain/analysis.ts';
import { figure } from './figures.ts';
import { PlotLegend } from './look-plots.tsx';
import { Plot } from './plot.tsx';
import type { PlotLine } from './plot.tsx';

interface Measure {
  readonly title: string;
  readonly of: (point: SeriesPoint) => number | null;
  readonly figure: (value: number) => string;
}

const MEASURES: readonly Measure[] = [
  {
    title: 'Failed requests',
    of: ({ requests, errors }) => (requests === 0 ? null : (100 * errors) / requests),
    figure: (value) => `${figure(value)} %`,
  },
  { title: 'Median', of: ({ p50Ms }) => p50Ms, figure: (value) => `${figure(value)} ms` },
  { title: '95th percentile', of: ({ p95Ms }) => p95Ms, figure: (value) => `${figure(value)} ms` },
  { title: 'Requests', of: ({ requests }) => requests, figure },
];

/** What each side did interval by interval. */
export function SeriesPlots({
  stage,
  series,
}: {
  readonly stage: string;
  readonly series: StageSeries;
}): JSX.Element | null {
  if (series.canary.length < 2) return null;
  return (
    <section class="plots" aria-label={`Canary and baseline of ${stage} over time`}>
      <h3>Over time</h3>
      <PlotLegend />
      <div class="plot-grid">
        {MEASURES.map((measure) => (
          <MeasurePlot key={measure.title} measure={measure} series={series} />
        ))}
      </div>
    </section>
  );
}

function MeasurePlot({
  measure,
  series,
}: {
  readonly measure: Measure;
  readonly series: StageSeries;
}): JSX.Element {
  const lines = (['canary', 'baseline'] as const).map((role) => lineOf(role, series[role], measure));
  const times = [series.canary[0]!.to, series.canary.at(-1)!.to];
  return (
    <Plot
      title={measure.title}
      description={lines.map((line) => described(line, measure)).join('; ')}
      lines={lines}
      figure={measure.figure}
      ticks={times.map((time) => ({ x: Date.parse(time), word: clock(time) }))}
    />
  );
}

function lineOf(role: PlotLine['role'], intervals: readonly SeriesPoint[], measure: Measure): PlotLine {
  return { role, points: intervals.map((each) => ({ x: Date.parse(each.to), y: measure.of(each) })) };
}

function described({ role, points }: PlotLine, measure: Measure): string {
  const seen = points.flatMap(({ y }) => (y === null ? [] : [y]));
  if (seen.length === 0) return `${role} not measured`;
  return `${role} from ${measure.figure(Math.min(...seen))} to ${measure.figure(Math.max(...seen))}`;
}

function clock(time: string): string {
  return new Date(time).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}
