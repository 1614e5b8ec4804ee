import type { JSX } from 'preact';
import { scaleEnd } from './figures.ts';

export interface PlotPoint {
  readonly x: number;
  /** Null: not measured, a gap. */
  readonly y: number | null;
}

export interface PlotLine {
  readonly role: 'canary' | 'baseline';
  readonly points: readonly PlotPoint[];
}

interface Props {
  readonly title: string;
  /** The figures in words, for who does not see the lines. */
  readonly description: string;
  readonly lines: readonly PlotLine[];
  readonly figure: (value: number) => string;
  /** Below the axis: place and word. */
  readonly ticks: readonly { readonly x: number; readonly word: string }[];
}

const [WIDTH, HEIGHT] = [236, 112];
const BOX = { left: 52, right: 10, top: 10, bottom: 22 };

/** Canary and baseline over the same axis, from nought: circles and a full line, squares and a broken one. */
export function Plot({ title, description, lines, figure, ticks }: Props): JSX.Element {
  const scale = scaleOf(lines);
  const base = HEIGHT - BOX.bottom;
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}: ${description}`}>
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line
              class="grid"
              x1={BOX.left}
              x2={WIDTH - BOX.right}
              y1={scale.y(part * scale.end)}
              y2={scale.y(part * scale.end)}
            />
            <text class="tick" x={BOX.left - 6} y={scale.y(part * scale.end) + 3.5} text-anchor="end">
              {figure(part * scale.end)}
            </text>
          </g>
        ))}
        {ticks.map(({ x, word }) => (
          <text key={word} class="tick" x={scale.x(x)} y={base + 15} text-anchor={anchorAt(scale.x(x))}>
            {word}
          </text>
        ))}
        {lines.map((line) => (
          <Line key={line.role} line={line} scale={scale} />
        ))}
      </svg>
    </figure>
  );
}

/** A word below an end of the axis goes inwards, for there is no room outside. */
function anchorAt(x: number): 'start' | 'middle' | 'end' {
  if (x < BOX.left + 20) return 'start';
  return x > WIDTH - BOX.right - 20 ? 'end' : 'middle';
}

interface Scale {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly end: number;
}

function scaleOf(lines: readonly PlotLine[]): Scale {
  const points = lines.flatMap((line) => line.points);
  const xs = points.map(({ x }) => x);
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  const end = scaleEnd(Math.max(0, ...points.map(({ y }) => y ?? 0)));
  const [width, height] = [WIDTH - BOX.left - BOX.right - 16, HEIGHT - BOX.top - BOX.bottom];
  return {
    x: (value) => BOX.left + 8 + (to === from ? width / 2 : ((value - from) / (to - from)) * width),
    y: (value) => BOX.top + height * (1 - value / end),
    end,
  };
}

/** Beyond so many points, signs would hide the line. */
const MOST_SIGNS = 12;

function Line({
  line: { role, points },
  scale,
}: {
  readonly line: PlotLine;
  readonly scale: Scale;
}): JSX.Element {
  const seen = points.flatMap(({ x, y }) => (y === null ? [] : [{ x: scale.x(x), y: scale.y(y) }]));
  return (
    <g class={`line line-${role}`}>
      <path d={pathOf(points, scale)} fill="none" />
      {seen.length <= MOST_SIGNS &&
        seen.map(({ x, y }) =>
          role === 'canary' ? (
            <circle key={x} cx={x} cy={y} r="3" />
          ) : (
            <rect key={x} x={x - 2.6} y={y - 2.6} width="5.2" height="5.2" />
          ),
        )}
    </g>
  );
}

/** What was not measured interrupts the line. */
function pathOf(points: readonly PlotPoint[], scale: Scale): string {
  return points
    .flatMap(({ x, y }, at) => {
      if (y === null) return [];
      const before = points[at - 1]?.y ?? null;
      return [`${before === null ? 'M' : 'L'}${scale.x(x).toFixed(1)} ${scale.y(y).toFixed(1)}`];
    })
    .join('');
}
