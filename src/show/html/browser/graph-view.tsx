import { render } from 'preact';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { askedBy, chainTo, focusOf, linesOn, severityOn, versionOn } from '../package-graph.ts';
import type { PackageGraph, Side } from '../package-graph.ts';
import { drawGraph } from './graph-drawing.ts';
import type { Drawing } from './graph-drawing.ts';

/** With more packages it begins with those that change or are vulnerable, and what is near them. */
const MOST_AT_ONCE = 60;
const MOST_IN_FOCUS = 60;

/** A graph is drawn when it is scrolled to, not before: until then the page has nothing to wait for. */
export function placeGraphs(graphs: readonly PackageGraph[]): void {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        const graph = graphs[Number((target as HTMLElement).dataset['graph'])];
        if (graph !== undefined) render(<GraphView graph={graph} place={target as HTMLElement} />, target);
      }
    },
    { rootMargin: '200px' },
  );
  for (const place of document.querySelectorAll('.graph')) observer.observe(place);
}

function GraphView({
  graph,
  place,
}: {
  readonly graph: PackageGraph;
  readonly place: HTMLElement;
}): JSX.Element {
  const [side, setSide] = useState<Side>('before');
  const [isWhole, setWhole] = useState(graph.packages.length <= MOST_AT_ONCE);
  const [chosen, setChosen] = useState<number | null>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const shown = useMemo(() => shownOf(graph, side, isWhole, chosen), [graph, side, isWhole, chosen]);
  // A package that is drawn already is only marked.
  const key = [...shown].join();
  useEffect(() => {
    drawing.current = drawGraph(canvas.current!, { graph, side, shown }, setChosen);
    return () => drawing.current?.destroy();
  }, [graph, side, key]);
  useEffect(() => drawing.current?.select(chosen), [chosen, side, key]);
  useEffect(() => listenToTables(place, setChosen), [place]);
  const there = graph.packages.filter((one) => versionOn(one, side) !== null).length;
  return (
    <>
      <Toolbar
        {...{ graph, side, setSide, isWhole, setWhole, setChosen, drawing }}
        told={`${shown.size} of ${there} packages shown`}
      />
      <div
        class="canvas"
        ref={canvas}
        role="img"
        aria-label="Drawing of the dependency graph; the tables below tell the same"
      />
      <Details graph={graph} side={side} chosen={chosen} choose={setChosen} />
    </>
  );
}

function shownOf(
  graph: PackageGraph,
  side: Side,
  isWhole: boolean,
  chosen: number | null,
): ReadonlySet<number> {
  const there = [...graph.packages.keys()].filter((at) => versionOn(graph.packages[at]!, side) !== null);
  if (isWhole) return new Set(there);
  const focus = focusOf(graph, side, MOST_IN_FOCUS);
  const base = focus.size === 0 ? there.slice(0, MOST_AT_ONCE) : focus;
  if (chosen === null || versionOn(graph.packages[chosen]!, side) === null) return new Set(base);
  return new Set([...base, ...chainTo(graph, side, chosen)]);
}

/** A package's name in a table chooses it in the drawing. */
function listenToTables(place: HTMLElement, choose: (at: number) => void): () => void {
  const names = tablesAfter(place).flatMap((table) => [
    ...table.querySelectorAll<HTMLElement>('[data-package]'),
  ]);
  const buttons = names.map((name) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link';
    button.textContent = name.textContent;
    button.setAttribute('aria-label', `${name.textContent}: show in the graph`);
    button.addEventListener('click', () => {
      choose(Number(name.dataset['package']));
      place.scrollIntoView({ block: 'nearest' });
    });
    name.replaceChildren(button);
    return button;
  });
  return () => buttons.forEach((button) => button.replaceWith(button.textContent));
}

function tablesAfter(place: HTMLElement): readonly Element[] {
  const tables: Element[] = [];
  for (let at = place.nextElementSibling; at?.matches('details') === true; at = at.nextElementSibling)
    tables.push(at);
  return tables;
}

function Toolbar({
  graph,
  side,
  setSide,
  isWhole,
  setWhole,
  setChosen,
  drawing,
  told,
}: {
  readonly graph: PackageGraph;
  readonly side: Side;
  readonly setSide: (side: Side) => void;
  readonly isWhole: boolean;
  readonly setWhole: (isWhole: boolean) => void;
  readonly setChosen: (at: number | null) => void;
  readonly drawing: { readonly current: Drawing | null };
  readonly told: string;
}): JSX.Element {
  const find = (name: string): void => {
    const at = graph.packages.findIndex((one) => one.name === name.trim().toLowerCase());
    if (at !== -1) setChosen(at);
  };
  const button = (text: string, onClick: () => void, label = text): JSX.Element => (
    <button type="button" onClick={onClick} aria-label={label}>
      {text}
    </button>
  );
  const toggle = (text: string, isOn: boolean, onClick: () => void): JSX.Element => (
    <button type="button" aria-pressed={isOn} onClick={onClick}>
      {text}
    </button>
  );
  const list = `packages-${graph.service}`;
  return (
    <div class="tools" role="toolbar" aria-label="Dependency graph">
      {graph.hasAfter ? toggle('Before', side === 'before', () => setSide('before')) : null}
      {graph.hasAfter ? toggle('After', side === 'after', () => setSide('after')) : null}
      {graph.packages.length > MOST_AT_ONCE ? toggle('Show all', isWhole, () => setWhole(!isWhole)) : null}
      <input
        type="search"
        list={list}
        placeholder="Find a package"
        aria-label="Find a package in the graph"
        onInput={(event) => find(event.currentTarget.value)}
      />
      <datalist id={list}>
        {graph.packages.map(({ name }) => (
          <option value={name} />
        ))}
      </datalist>
      {button('+', () => drawing.current?.zoom(1.3), 'Zoom in')}
      {button('−', () => drawing.current?.zoom(1 / 1.3), 'Zoom out')}
      {button('Fit', () => drawing.current?.fit())}
      <span role="status">{told}</span>
    </div>
  );
}

function Details({
  graph,
  side,
  chosen,
  choose,
}: {
  readonly graph: PackageGraph;
  readonly side: Side;
  readonly chosen: number | null;
  readonly choose: (at: number) => void;
}): JSX.Element {
  const one = chosen === null ? undefined : graph.packages[chosen];
  if (chosen === null || one === undefined)
    return (
      <p class="chosen quiet" aria-live="polite">
        Choose a package, here or in a table, to see how it comes in. Blue border: it changes; broken border
        and ⚠: vulnerable.
      </p>
    );
  const links = (positions: readonly number[], between: string): JSX.Element => (
    <>
      {positions.map((at, nth) => (
        <>
          {nth === 0 ? '' : between}
          <button type="button" class="link" onClick={() => choose(at)}>
            {graph.packages[at]!.name}
          </button>
        </>
      ))}
      {positions.length === 0 ? 'none' : ''}
    </>
  );
  const asks = [...graph.packages.keys()].filter((at) => askedBy(graph.packages[at]!, side).includes(chosen));
  const severity = severityOn(one, side);
  const chain = chainTo(graph, side, chosen);
  const places = linesOn(graph.packages[chain[0]!]!, side);
  return (
    <div class="chosen" aria-live="polite">
      <p>
        <b>{one.name}</b> {one.before ?? 'not there'}
        {graph.hasAfter && one.after !== one.before ? ` → ${one.after ?? 'gone'}` : ''}
        {severity === null ? '' : ` · vulnerable, ${severity}: ${one.advisories.join(', ')}`}
      </p>
      <p>
        Comes in by {places.length === 0 ? '' : <span class="quiet">{places.join(', ')} → </span>}
        {links(chain, ' → ')}
      </p>
      <p>Asked for by {links(askedBy(one, side), ', ')}</p>
      <p>Asks for {links(asks, ', ')}</p>
    </div>
  );
}
