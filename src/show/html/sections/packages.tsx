import type { JSX } from 'preact';
import { counted } from '../../report/plain-text.ts';
import type { Report } from '../../report/report.ts';
import { DataTable } from '../data-table.tsx';
import type { Row } from '../data-table.tsx';
import { Severity } from '../marks.tsx';
import { chainTo, isChanged, linesOn, severityOn, versionOn } from '../package-graph.ts';
import type { GraphPackage, PackageGraph } from '../package-graph.ts';
import { serviceName } from './per-service.tsx';

/** A longer table is folded until somebody asks for it. */
const MOST_OPEN = 60;

/** The packages of each service: a place for the drawing, and a table that tells the same. */
export function packages({ services, stage }: Report, graphs: readonly PackageGraph[]): JSX.Element | null {
  if (graphs.every((graph) => graph.packages.length === 0)) return null;
  return (
    <>
      {graphs.map((graph, at) => (
        <>
          {services.length > 1 ? <h3>{serviceName(services[at]!)}</h3> : null}
          <Told graph={graph} stage={stage} />
          <div class="graph" data-graph={at} />
          <Notable graph={graph} />
          <All graph={graph} />
        </>
      ))}
    </>
  );
}

/** What the drawing and the tables alone would leave misleading. */
function Told({
  graph: { isEstimate, targets },
  stage,
}: {
  readonly graph: PackageGraph;
  readonly stage: Report['stage'];
}): JSX.Element | null {
  const notes = [
    ...(isEstimate
      ? [
          stage === 'audit'
            ? 'It is what is pinned or locked: what comes in beside it was not looked at.'
            : 'The lines as they were do not resolve, so what they bring in today is an estimate.',
        ]
      : []),
    ...(targets > 1
      ? [`The sets of ${targets} targets are shown as one; where versions differ, all are named.`]
      : []),
  ];
  return notes.length === 0 ? null : <p>{notes.join(' ')}</p>;
}

function columnsOf({ hasAfter }: PackageGraph) {
  return [
    { title: 'Package' },
    { title: 'Today', sort: 'none' },
    ...(hasAfter ? [{ title: 'Planned', sort: 'none' } as const] : []),
    { title: 'Vulnerable', sort: 'none' },
    { title: 'Comes in by', class: 'way' },
  ] as const;
}

/** What is vulnerable or changes, with its chain. */
function Notable({ graph }: { readonly graph: PackageGraph }): JSX.Element | null {
  const rows = graph.packages.flatMap((one, at) =>
    isChanged(graph, one) || one.severityBefore !== null || one.severityAfter !== null
      ? [rowOf(graph, one, at)]
      : [],
  );
  if (rows.length === 0) return null;
  return (
    <details class="more" open={rows.length <= MOST_OPEN}>
      <summary>Changing or vulnerable: {counted(rows.length, 'package')}</summary>
      <DataTable
        caption="Packages that change or are vulnerable"
        columns={columnsOf(graph)}
        rows={rows}
        tool="filter"
        quiet
      />
    </details>
  );
}

function All({ graph }: { readonly graph: PackageGraph }): JSX.Element {
  return (
    <details class="more" data-paper="folded">
      <summary>All {counted(graph.packages.length, 'package')}</summary>
      <DataTable
        caption="All packages"
        columns={columnsOf(graph)}
        rows={graph.packages.map((one, at) => rowOf(graph, one, at))}
        tool="filter"
        quiet
      />
    </details>
  );
}

function rowOf(graph: PackageGraph, one: GraphPackage, at: number): Row {
  const side = one.before === null ? 'after' : 'before';
  const chain = chainTo(graph, side, at).map((position) => graph.packages[position]!);
  const lines = linesOn(chain[0]!, side);
  const way = [
    ...(lines.length === 0 ? [] : [lines.join(', ')]),
    ...chain.slice(0, -1).map(({ name }) => name),
  ];
  const planned = one.after === one.before ? <span class="quiet">the same</span> : (one.after ?? 'gone');
  return {
    cells: [
      <span data-package={at}>{one.name}</span>,
      versionOn(one, 'before') ?? 'not there',
      ...(graph.hasAfter ? [planned] : []),
      <Touched graph={graph} one={one} />,
      way.length === 0 ? 'a requirement line' : way.join(' → '),
    ],
    keys: { 0: one.name },
    kind: [
      isChanged(graph, one) ? 'changed' : 'same',
      severityOn(one, 'before') === null ? '' : 'vulnerable',
    ].join(' '),
  };
}

function Touched({ graph, one }: { readonly graph: PackageGraph; readonly one: GraphPackage }): JSX.Element {
  const [before, after] = [one.severityBefore, one.severityAfter];
  if (before === null && after === null) return <>no</>;
  return (
    <>
      {before === null ? 'no' : <Severity of={before} />}
      {graph.hasAfter ? (
        <>
          {' → '}
          {after === null ? 'no' : <Severity of={after} />}
        </>
      ) : null}
    </>
  );
}
