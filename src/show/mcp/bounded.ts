/** A list or text of which a part is left out. Positions in the path are "*", so that there are never many of them. */
export interface Rest {
  readonly at: string;
  readonly shown: number;
  readonly of: number;
}

export interface Bounds {
  /** Members of a list; `from` counts for lists that were asked for alone. */
  readonly limit: number;
  readonly from: number;
  /** Characters of a text. */
  readonly text: number;
  /** Characters of the whole value as JSON. */
  readonly most: number;
  /** What may be shown of the list at this path: nothing, its first member or members, or a page of it. */
  readonly listAt: (path: string) => 'none' | 'one' | 'first' | 'page';
}

interface Tally {
  shown: number;
  of: number;
}

/**
 * A JSON value with its lists and texts cut to what an answer may hold, and what was left out, stated. The bounds are drawn tighter until the
 * whole fits.
 */
export function bounded<T extends object>(
  value: T,
  bounds: Bounds,
): { readonly value: T; readonly rest: readonly Rest[] } {
  let { limit, text } = bounds;
  for (;;) {
    const tallies = new Map<string, Tally>();
    const cut = cutValue(value, '', { ...bounds, limit, text }, tallies) as T;
    if (JSON.stringify(cut).length <= bounds.most || (limit === 1 && text <= 100))
      return { value: cut, rest: restOf(tallies) };
    if (limit > 1) limit = Math.ceil(limit / 2);
    else text = Math.ceil(text / 4);
  }
}

function restOf(tallies: ReadonlyMap<string, Tally>): readonly Rest[] {
  return [...tallies]
    .filter(([, { shown, of }]) => shown < of)
    .map(([at, { shown, of }]) => ({ at, shown, of }));
}

function cutValue(value: unknown, path: string, bounds: Bounds, tallies: Map<string, Tally>): unknown {
  if (typeof value === 'string') return cutText(value, path, bounds, tallies);
  if (Array.isArray(value)) return cutList(value as readonly unknown[], path, bounds, tallies);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      cutValue(inner, path === '' ? key : `${path}/${key}`, bounds, tallies),
    ]),
  );
}

function cutList(
  list: readonly unknown[],
  path: string,
  bounds: Bounds,
  tallies: Map<string, Tally>,
): readonly unknown[] {
  const how = bounds.listAt(path);
  const from = how === 'page' ? bounds.from : 0;
  const kept = how === 'none' ? [] : list.slice(from, from + (how === 'one' ? 1 : bounds.limit));
  tally(tallies, path, kept.length, list.length);
  return kept.map((one) => cutValue(one, `${path}/*`, bounds, tallies));
}

function cutText(text: string, path: string, bounds: Bounds, tallies: Map<string, Tally>): string {
  if (text.length <= bounds.text) return text;
  tally(tallies, `${path} (characters)`, bounds.text, text.length);
  // Not between the two halves of a character.
  return `${text.slice(0, bounds.text).replace(/[\ud800-\udbff]$/, '')}…`;
}

function tally(tallies: Map<string, Tally>, path: string, shown: number, of: number): void {
  const known = tallies.get(path) ?? { shown: 0, of: 0 };
  tallies.set(path, { shown: known.shown + shown, of: known.of + of });
}
