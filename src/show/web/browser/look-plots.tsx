import type { JSX } from 'preact';
import type { Look, MetricJudgement } from '../../../domain/analysis.ts';
import { figure, metricFigure, unitOf } from './figures.ts';
import { Plot } from './plot.tsx';
import type { PlotLine } from './plot.tsx';
import { METRICS, named } from './state-words.ts';
import { Swatch } from './traffic-bar.tsx';

type Metric = MetricJudgement['metric'];

/** Each metric over the looks. One look is no line; the table says all of it. */
export function LookPlots({
  stage,
  looks,
}: {
  readonly stage: string;
  readonly looks: readonly Look[];
}): JSX.Element | null {
  if (looks.length < 2) return null;
  const inOrder = looks.toSorted((a, b) => a.look - b.look);
  const metrics = [...new Set(looks.flatMap((look) => look.metrics.map(({ metric }) => metric)))];
  const shown = metrics.filter((metric) =>
    linesOf(metric, inOrder).some(({ points }) => points.some(({ y }) => y !== null)),
  );
  if (shown.length === 0) return null;
  return (
    <section class="plots" aria-label={`Metrics of ${stage} over its looks`}>
      <h3>Over the looks</h3>
      <PlotLegend />
      <div class="plot-grid">
        {shown.map((metric) => (
          <Plot
            key={metric}
            title={named(METRICS, metric)}
            description={inOrder.map((look) => described(metric, look)).join('; ')}
            lines={linesOf(metric, inOrder)}
            figure={(value) => `${figure(value)} ${unitOf(metric)[1]}`}
            ticks={inOrder.map(({ look }) => ({ x: look, word: `look ${look}` }))}
          />
        ))}
      </div>
    </section>
  );
}

export function PlotLegend(): JSX.Element {
  return (
    <p class="legend quiet">
      <Swatch role="canary" /> canary <Swatch role="baseline" /> baseline
    </p>
  );
}

function linesOf(metric: Metric, looks: readonly Look[]): readonly PlotLine[] {
  const [factor] = unitOf(metric);
  return (['canary', 'baseline'] as const).map((role) => ({
    role,
    points: looks.map(({ look, metrics }) => {
      const value = metrics.find((judged) => judged.metric === metric)?.[role] ?? null;
      return { x: look, y: value === null ? null : value * factor };
    }),
  }));
}

function described(metric: Metric, { look, metrics }: Look): string {
  const judged = metrics.find((one) => one.metric === metric);
  const [canary, baseline] = [judged?.canary ?? null, judged?.baseline ?? null];
  return `look ${look}: canary ${metricFigure(metric, canary)}, baseline ${metricFigure(metric, baseline)}`;
}
