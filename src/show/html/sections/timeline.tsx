import type { JSX } from 'preact';
import type { RolloutStep } from '../../../domain/rollout.ts';
import { spanText } from '../../report/rollout-words.ts';

/** Drawn for large and for small windows, since one drawing made smaller could not be read. */
const WIDTHS = [
  ['large', 900],
  ['small', 340],
] as const;
const ROW = 16;
/** Room for the names at the left, and for the durations at the right. */
const [LABELS, DURATIONS] = [120, 70];

/** Steps on one axis of time. The table below tells the same. */
export function Timeline({ steps }: { readonly steps: readonly RolloutStep[] }): JSX.Element | null {
  if (steps.length === 0) return null;
  const starts = steps.map(({ startedAt }) => Date.parse(startedAt));
  const bars = steps.map((step, at) => {
    const start = starts[at]!;
    return { step, start, end: step.endedAt === null ? start : Date.parse(step.endedAt) };
  });
  const from = Math.min(...starts);
  const span = Math.max(1, Math.max(...bars.map(({ end }) => end)) - from);
  return (
    <figure class="chart">
      <figcaption>Steps in time, {spanText(span)} in all</figcaption>
      {WIDTHS.map(([kind, width]) => (
        <svg
          class={`timeline ${kind}`}
          viewBox={`0 0 ${width} ${bars.length * ROW + 4}`}
          width={width}
          aria-hidden="true"
        >
          {bars.map((bar, at) => (
            <Step bar={bar} top={at * ROW} x={(ms) => xOf((ms - from) / span, width)} />
          ))}
        </svg>
      ))}
    </figure>
  );
}

function xOf(share: number, width: number): number {
  return LABELS + Math.round(share * (width - LABELS - DURATIONS));
}

interface Bar {
  readonly step: RolloutStep;
  readonly start: number;
  readonly end: number;
}

function Step({
  bar: { step, start, end },
  top,
  x,
}: {
  readonly bar: Bar;
  readonly top: number;
  readonly x: (ms: number) => number;
}): JSX.Element {
  const { stage, kind, outcome } = step;
  const width = Math.max(3, x(end) - x(start));
  return (
    <g>
      <text x="0" y={top + 12}>
        {`${stage ?? 'service'}: ${kind}`.slice(0, 20)}
      </text>
      <rect x={x(start)} y={top + 3} width={width} height={ROW - 6} rx="2" class={`step-${outcome}`} />
      <text x={x(start) + width + 5} y={top + 12} class="bytes">
        {outcome === 'done' ? '' : `${outcome} `}
        {spanText(end - start)}
      </text>
    </g>
  );
}
