import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';
import type { JSX } from 'preact';
import type { ImageSize } from '../../../domain/verification.ts';
import { sizeText } from '../../../prove/verification/image-level.ts';
import { DataTable } from '../data-table.tsx';

interface Part {
  readonly name: string;
  readonly bytes: number;
  readonly own: boolean;
}

/** Beyond so many the rest is one part: their rectangles could not be seen. */
const MOST = 40;
/** Two drawings of the same, for small windows shrink one as a whole, its letters too. */
const WIDTHS = [
  ['large', 920, 320],
  ['small', 330, 360],
] as const;

/** An image's bytes by distribution. Before and after are drawn to one scale; a table tells the same. */
export function ImageMaps({
  before,
  after,
}: {
  readonly before: ImageSize | null;
  readonly after: ImageSize;
}): JSX.Element {
  const most = Math.max(before?.bytes ?? 0, after.bytes, 1);
  return (
    <>
      {before === null ? null : <ImageMap title="Image before" size={before} most={most} />}
      <ImageMap title="Image after" size={after} most={most} />
      <details class="more">
        <summary>The same as a table</summary>
        <SizeTable before={before} after={after} />
      </details>
    </>
  );
}

/** Distributions, and what no distribution has as one part. */
export function partsOf({ bytes, distributions }: ImageSize): readonly Part[] {
  const largest = [...distributions].sort((a, b) => b.bytes - a.bytes);
  const shown = largest.slice(0, MOST).map(({ name, version, bytes: own }) => ({
    ...{ name: `${name} ${version}`.trim(), bytes: own, own: true },
  }));
  const rest = largest.slice(MOST).reduce((sum, one) => sum + one.bytes, 0);
  const known = largest.reduce((sum, one) => sum + one.bytes, 0);
  const others = { name: `${largest.length - MOST} more distributions`, bytes: rest, own: true };
  const system = { name: 'system, interpreter and own files', bytes: Math.max(0, bytes - known), own: false };
  return [...shown, others, system].filter((part) => part.bytes > 0);
}

function ImageMap({
  title,
  size,
  most,
}: {
  readonly title: string;
  readonly size: ImageSize;
  readonly most: number;
}): JSX.Element {
  return (
    <figure class="map">
      <figcaption>
        {title}: <b>{sizeText(size.bytes)}</b> in {size.layers.length} layers
      </figcaption>
      {WIDTHS.map(([kind, width, height]) => (
        <Drawing
          kind={kind}
          width={width}
          height={Math.max(40, Math.round((height * size.bytes) / most))}
          size={size}
          title={title}
        />
      ))}
    </figure>
  );
}

function Drawing({
  kind,
  width,
  height,
  size,
  title,
}: {
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly size: ImageSize;
  readonly title: string;
}): JSX.Element {
  const parts = partsOf(size);
  const root = hierarchy<{
    readonly part: Part | null;
    readonly children?: readonly { readonly part: Part }[];
  }>({ part: null, children: parts.map((part) => ({ part })) }, (one) => one.children as never).sum(
    (one) => one.part?.bytes ?? 0,
  );
  const placed = treemap<(typeof root)['data']>().tile(treemapSquarify).size([width, height]).paddingInner(1)(
    root,
  );
  return (
    <svg
      class={`treemap ${kind}`}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${title}, told by the table below`}
    >
      {placed.leaves().map(({ x0, x1, y0, y1, data: { part } }) => (
        <g data-tip={`${part!.name}: ${sizeText(part!.bytes)}`}>
          <title>{`${part!.name}: ${sizeText(part!.bytes)}`}</title>
          <rect
            x={round(x0)}
            y={round(y0)}
            width={round(x1 - x0)}
            height={round(y1 - y0)}
            class={part!.own ? 'part' : 'part other'}
          />
          <Label part={part!} x={x0} y={y0} width={x1 - x0} height={y1 - y0} />
        </g>
      ))}
    </svg>
  );
}

/** Only where it fits: about 6.2 units a letter at 11. */
function Label({
  part,
  x,
  y,
  width,
  height,
}: {
  readonly part: Part;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}): JSX.Element | null {
  const letters = Math.floor((width - 8) / 6.4);
  if (letters < 4 || height < 16) return null;
  const short = part.name.length <= letters ? part.name : part.name.split(' ')[0]!;
  const name = short.length <= letters ? short : `${short.slice(0, letters - 1)}…`;
  return (
    <>
      <text x={round(x + 4)} y={round(y + 13)}>
        {name}
      </text>
      {height < 30 || letters < 7 ? null : (
        <text x={round(x + 4)} y={round(y + 26)} class="bytes">
          {sizeText(part.bytes)}
        </text>
      )}
    </>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function SizeTable({
  before,
  after,
}: {
  readonly before: ImageSize | null;
  readonly after: ImageSize;
}): JSX.Element {
  const of = (
    size: ImageSize | null,
  ): ReadonlyMap<string, { readonly version: string; readonly bytes: number }> =>
    new Map(size?.distributions.map((one) => [one.name, one]));
  const [old, now] = [of(before), of(after)];
  const names = [...new Set([...now.keys(), ...old.keys()])];
  const cell = (one: { readonly version: string; readonly bytes: number } | undefined): string =>
    one === undefined ? '' : `${one.version}: ${sizeText(one.bytes)}`;
  const columns = [
    { title: 'Distribution' },
    { title: 'Before', sort: 'number' },
    { title: 'After', sort: 'number' },
  ] as const;
  const rows = names.map((name) => ({
    cells: [name, cell(old.get(name)), cell(now.get(name))],
    keys: { 1: old.get(name)?.bytes ?? 0, 2: now.get(name)?.bytes ?? 0 },
  }));
  return <DataTable caption="Image size by distribution" columns={columns} rows={rows} tool="sort" quiet />;
}
