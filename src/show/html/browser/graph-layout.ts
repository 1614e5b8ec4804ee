import type { Core, LayoutOptions } from 'cytoscape';

/** Beyond so many, dagre holds the page up for seconds (docs/performance.md). */
const MOST_FOR_DAGRE = 400;

/** Those that are asked for stand right of those that ask; where there are many, in columns by their distance from the files' lines alone. */
export function layOut(core: Core): void {
  core.layout(core.nodes().length <= MOST_FOR_DAGRE ? LAYERS : columns(core)).run();
}

const LAYERS = {
  ...{ name: 'dagre', rankDir: 'LR', ranker: 'longest-path', fit: false },
  ...{ nodeSep: 8, rankSep: 50, edgeSep: 4 },
} as LayoutOptions;

const ROW = 44;
const COLUMN = 230;
const GAP = 140;

/** Each distance is one block of columns, so that thousands of packages do not stand in one line. */
function columns(core: Core): LayoutOptions {
  const blocks = new Map<number, string[]>();
  for (const [id, distance] of distances(core)) {
    const block = blocks.get(distance);
    if (block === undefined) blocks.set(distance, [id]);
    else block.push(id);
  }
  const rows = Math.ceil(Math.sqrt(core.nodes().length) * 1.5);
  const positions: Record<string, { readonly x: number; readonly y: number }> = {};
  let left = 0;
  for (const [, ids] of [...blocks].sort(([a], [b]) => a - b)) {
    for (const [at, id] of ids.entries())
      positions[id] = { x: left + Math.floor(at / rows) * COLUMN, y: (at % rows) * ROW };
    left += Math.ceil(ids.length / rows) * COLUMN + GAP;
  }
  return { name: 'preset', positions, fit: false };
}

/** How many steps each is away from what nobody asks for; what only circles lead to comes last. */
function distances(core: Core): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let next = core.nodes().roots();
  for (let distance = 0; next.nonempty(); distance++) {
    for (const node of next) found.set(node.id(), distance);
    next = next.outgoers('node').filter((node) => !found.has(node.id()));
  }
  const last = Math.max(0, ...found.values()) + 1;
  for (const node of core.nodes()) if (!found.has(node.id())) found.set(node.id(), last);
  return found;
}
