import type { JSX } from 'preact';
import type { SeriesPoint, StageSeries } from '../../../domain/analysis.ts';
import { DataTable } from '../data-table.tsx';

interface Plot {
  readonly title: string;
  readonly unit: string;
  readonly of: (point: SeriesPoint) => number | null;
}

const PLOTS: readonly Plot[] = [
  { title: 'Latency, 95th percentile', unit: 'ms', of: ({ p95Ms }) => p95Ms },
  { title: 'Latency, median', unit: 'ms', of: ({ p50Ms }) => p50Ms },
  {
    title: 'Errors',
    unit: '%',
    of: ({ errors, requests }) => (requests === 0 ? null : (100 * errors) / requests),
  },
  { title: 'Requests', unit: 'a point', of: ({ requests }) => requests },
];

/** Canary and baseline in time: the canary a full line, the baseline a broken one. A table tells the same. */
export function SeriesPlots({
  series,
  stage,
}: {
  readonly series: StageSeries;
  readonly stage: string;
}): JSX.Element {
  return (
    <>
      <p class="quiet">
        <svg class="key" viewBox="0 0 24 8" aria-hidden="true">
          <path d="M0 4H24" class="canary" />
        </svg>{' '}
        canary, full line{' · '}
        <svg class="key" viewBox="0 0 24 8" aria-hidden="true">
          <path d="M0 4H24" class="baseline" />
        </svg>{' '}
        baseline, broken line
      </p>
      <div class="plots">
        {PLOTS.map((plot) =>
          [...series.canary, ...series.baseline].some((point) => plot.of(point) !== null) ? (
            <OnePlot plot={plot} series={series} />
          ) : (
            <p class="quiet">{plot.title}: nothing was measured.</p>
          ),
        )}
      </div>
      <details class="more">
        <summary>The same as a table</summary>
        <SeriesTable series={series} stage={stage} />
      </details>
    </>
  );
}

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [360, 130, 44, 16];

function OnePlot({
  plot: { title, unit, of },
  series,
}: {
  readonly plot: Plot;
  readonly series: StageSeries;
}): JSX.Element {
  const points = [...series.canary, ...series.baseline];
  const times = points.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to)]);
  const [start, end] = [Math.min(...times), Math.max(...times)];
  const top = niceTop(Math.max(0, ...points.flatMap((point) => of(point) ?? [])));
  const x = (point: SeriesPoint): number => {
    const middle = (Date.parse(point.from) + Date.parse(point.to)) / 2;
    return LEFT + ((middle - start) / Math.max(1, end - start)) * (WIDTH - LEFT - 4);
  };
  const y = (value: number): number => 6 + (1 - value / top) * (HEIGHT - BOTTOM - 6);
  const path = (side: readonly SeriesPoint[]): string =>
    pathOf(
      side.map((point) => [x(point), of(point)]),
      y,
    );
  return (
    <figure class="plot">
      <figcaption>
        {title} <span class="quiet">({unit})</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title}: ${spokenText(series, of, unit)}`}
      >
        {[0, top / 2, top].map((value) => (
          <>
            <path class="grid" d={`M${LEFT} ${round(y(value))}H${WIDTH}`} />
            <text x={LEFT - 5} y={round(y(value)) + 4} text-anchor="end">
              {Number(value.toPrecision(3))}
            </text>
          </>
        ))}
        <path class="baseline" d={path(series.baseline)} />
        <path class="canary" d={path(series.canary)} />
        <text x={LEFT} y={HEIGHT - 2}>
          {clock(start)}
        </text>
        <text x={WIDTH - 4} y={HEIGHT - 2} text-anchor="end">
          {clock(end)}
        </text>
      </svg>
    </figure>
  );
}

/** A gap where a value is not known. One point alone is a short stroke. */
function pathOf(points: readonly (readonly [number, number | null])[], y: (value: number) => number): string {
  let isOpen = false;
  return points
    .map(([x, value]) => {
      if (value === null) {
        isOpen = false;
        return '';
      }
      const move = isOpen ? `L${round(x)} ${round(y(value))}` : `M${round(x)} ${round(y(value))}h0.5`;
      isOpen = true;
      return move;
    })
    .join('');
}

function spokenText(series: StageSeries, of: Plot['of'], unit: string): string {
  const most = (side: readonly SeriesPoint[]): string => {
    const values = side.flatMap((point) => of(point) ?? []);
    return values.length === 0
      ? 'nothing known'
      : `at most ${Number(Math.max(...values).toPrecision(3))} ${unit}`;
  };
  return `canary ${most(series.canary)}, baseline ${most(series.baseline)}`;
}

/** 1, 2 or 5 times a power of ten, so that the axis can be read. */
function niceTop(most: number): number {
  if (!Number.isFinite(most) || most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= most)!;
}

function clock(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(11, 19) : '';
}

function round(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 10) / 10 : 0;
}

const COLUMNS = ['From', 'Side', 'Requests', 'Errors', 'Median, ms', '95th percentile, ms'].map(
  (title) => ({ title, sort: 'none' }) as const,
);

function SeriesTable({
  series,
  stage,
}: {
  readonly series: StageSeries;
  readonly stage: string;
}): JSX.Element {
  const rows = (['canary', 'baseline'] as const).flatMap((side) =>
    series[side].map(({ from, requests, errors, p50Ms, p95Ms }) => ({
      cells: [
        from.slice(0, 19).replace('T', ' '),
        side,
        requests,
        errors,
        p50Ms ?? 'unknown',
        p95Ms ?? 'unknown',
      ],
    })),
  );
  return (
    <DataTable caption={`Canary and baseline of ${stage} in time`} columns={COLUMNS} rows={rows} quiet />
  );
}
