import cytoscape from 'cytoscape';
import type { Core, ElementDefinition, StylesheetJson } from 'cytoscape';
import dagre from 'cytoscape-dagre';
import { askedBy, chainTo, isChanged, severityOn, versionOn } from '../package-graph.ts';
import type { PackageGraph, Side } from '../package-graph.ts';
import { layOut } from './graph-layout.ts';

cytoscape.use(dagre);

const LARGE = 1000;

export interface Drawing {
  select(at: number | null): void;
  zoom(factor: number): void;
  fit(): void;
  destroy(): void;
}

/** Draws some packages of a graph, those that are asked for right of those that ask. */
export function drawGraph(
  place: HTMLElement,
  {
    graph,
    side,
    shown,
  }: { readonly graph: PackageGraph; readonly side: Side; readonly shown: ReadonlySet<number> },
  onSelect: (at: number) => void,
): Drawing {
  const isLarge = shown.size > LARGE;
  const core = cytoscape({
    container: place,
    elements: elementsOf(graph, side, shown),
    style: styleOf(place, isLarge),
    // A wheel over the drawing scrolls the page; the buttons zoom.
    userZoomingEnabled: false,
    boxSelectionEnabled: false,
    // Dragging thousands of them moves a picture of them.
    ...(isLarge ? { textureOnViewport: true, hideEdgesOnViewport: true, pixelRatio: 1 } : {}),
    autoungrabify: true,
    layout: { name: 'null' },
  });
  layOut(core);
  readably(core, graph, side);
  core.on('tap', 'node', ({ target }) => onSelect(Number((target as { id(): string }).id())));
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const restyle = (): void => void core.style(styleOf(place, isLarge));
  scheme.addEventListener('change', restyle);
  return {
    select: (at) => highlight(core, graph, side, at),
    zoom: (factor) =>
      core.zoom({
        level: core.zoom() * factor,
        renderedPosition: { x: core.width() / 2, y: core.height() / 2 },
      }),
    fit: () => void core.fit(undefined, 20),
    destroy: () => {
      scheme.removeEventListener('change', restyle);
      core.destroy();
    },
  };
}

function elementsOf(graph: PackageGraph, side: Side, shown: ReadonlySet<number>): ElementDefinition[] {
  const nodes = [...shown].map((at) => {
    const one = graph.packages[at]!;
    const changed = isChanged(graph, one);
    const severity = severityOn(one, side);
    // Said in words too, for whoever does not tell the colours apart.
    const said = [
      ...(changed ? [changeText(one.before, one.after)] : [versionOn(one, side)!]),
      ...(severity === null ? [] : [`⚠ ${severity}`]),
    ].join('  ');
    return {
      data: {
        id: String(at),
        label: `${one.name}\n${said}`,
        width: 14 + 5.8 * Math.max(one.name.length, said.length),
      },
      classes: [...(changed ? ['changed'] : []), ...(severity === null ? [] : ['vulnerable'])],
    };
  });
  const edges = [...shown].flatMap((at) =>
    askedBy(graph.packages[at]!, side)
      .filter((parent) => shown.has(parent))
      .map((parent) => ({ data: { id: `${parent}-${at}`, source: String(parent), target: String(at) } })),
  );
  return [...nodes, ...edges];
}

function changeText(before: string | null, after: string | null): string {
  return `${before ?? 'not there'} → ${after ?? 'gone'}`;
}

/** The chain by which a package comes in, with the packages that it touches; the rest steps back. */
function highlight(core: Core, graph: PackageGraph, side: Side, at: number | null): void {
  core.batch(() => {
    core.elements().removeClass('faint chain chosen');
    if (at === null) return;
    const chosen = core.getElementById(String(at));
    if (chosen.empty()) return;
    const chain = chainTo(graph, side, at);
    const near = chosen.closedNeighborhood();
    core.elements().not(near).addClass('faint');
    chosen.addClass('chosen');
    for (const [position, one] of chain.entries()) {
      core.getElementById(String(one)).removeClass('faint').addClass('chain');
      const next = chain[position + 1];
      if (next !== undefined) core.getElementById(`${one}-${next}`).removeClass('faint').addClass('chain');
    }
  });
  const chosen = at === null ? null : core.getElementById(String(at));
  if (chosen === null || chosen.empty()) return;
  if (core.zoom() < LEAST_ZOOM) core.zoom(LEAST_ZOOM);
  core.center(chosen);
  fillWindow(core);
}

/** Smaller than this no name can be read. */
const LEAST_ZOOM = 0.8;

/** In whole where it can be read so; else at the first package that is vulnerable or changes, and the rest is dragged into sight. */
function readably(core: Core, graph: PackageGraph, side: Side): void {
  core.fit(undefined, 20);
  if (core.zoom() > 1.2) core.zoom({ level: 1.2, position: centreOf(core) });
  if (core.zoom() >= LEAST_ZOOM) return;
  core.zoom(LEAST_ZOOM);
  const first = ['.vulnerable', '.changed', 'node']
    .map((kind) => core.nodes(kind))
    .find((some) => some.nonempty());
  if (first === undefined) return;
  const chain = chainTo(graph, side, Number(first[0]!.id())).map((at) => core.getElementById(String(at)));
  core.center(chain.reduce((all, one) => all.union(one), core.collection()));
  fillWindow(core);
}

const MARGIN = 20;

/** A window that the drawing could fill shows no empty side. */
function fillWindow(core: Core): void {
  const { x1, x2, y1, y2 } = core.elements().renderedBoundingBox();
  core.panBy({ x: shift(x1, x2, core.width()), y: shift(y1, y2, core.height()) });
}

function shift(from: number, to: number, size: number): number {
  if (to - from <= size - 2 * MARGIN) return size / 2 - (from + to) / 2;
  return Math.min(0, MARGIN - from) + Math.max(0, size - MARGIN - to);
}

function centreOf(core: Core): { readonly x: number; readonly y: number } {
  const { x1, x2, y1, y2 } = core.elements().boundingBox();
  return { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
}

/** The drawing has the colours of the page. */
function styleOf(place: HTMLElement, isLarge: boolean): StylesheetJson {
  const probe = document.createElement('i');
  place.parentElement!.append(probe);
  // What light-dark() comes to is known where it is a colour, and not where it is a variable.
  const colour = (name: string): string => {
    probe.className = `probe-${name}`;
    return getComputedStyle(probe).color;
  };
  const [text, line, raised, accent, refuted, quiet] = [
    'text',
    'line',
    'raised',
    'accent',
    'refuted',
    'quiet',
  ].map(colour) as [string, string, string, string, string, string];
  probe.remove();
  return [
    {
      selector: 'node',
      style: {
        ...{ shape: 'round-rectangle', width: 'data(width)', height: 32 },
        ...{ label: 'data(label)', 'text-wrap': 'wrap', 'text-valign': 'center', 'text-halign': 'center' },
        ...{ 'font-size': 10, 'font-family': 'system-ui, sans-serif', 'line-height': 1.25, color: text },
        ...{ 'background-color': raised, 'border-width': 1, 'border-color': line },
      },
    },
    {
      selector: 'edge',
      style: {
        width: 1,
        'line-color': line,
        'target-arrow-color': line,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.7,
        // Thousands of curves are slow to draw, and nobody follows one.
        'curve-style': isLarge ? 'haystack' : 'bezier',
      },
    },
    { selector: 'node.changed', style: { 'border-width': 2, 'border-color': accent } },
    {
      selector: 'node.vulnerable',
      style: { 'border-width': 2, 'border-color': refuted, 'border-style': 'dashed' },
    },
    { selector: '.faint', style: { opacity: 0.25 } },
    { selector: 'edge.chain', style: { width: 3, 'line-color': accent, 'target-arrow-color': accent } },
    { selector: 'node.chain', style: { 'border-width': 3 } },
    {
      selector: 'node.chosen',
      style: {
        'border-color': text,
        'border-style': 'solid',
        'underlay-color': quiet,
        'underlay-opacity': 0.3,
        'underlay-padding': 4,
      },
    },
  ] as unknown as StylesheetJson;
}
