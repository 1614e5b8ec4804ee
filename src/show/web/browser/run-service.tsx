import type { JSX } from 'preact';
import type { RunDetails } from '../page-api.ts';
import { Table } from './table.tsx';
import type { Column } from './table.tsx';
import { counted } from './words.ts';

type Service = RunDetails['perService'][number];
type Change = Service['changes'][number];
type Left = Service['left'][number];

const CHANGES: readonly Column<Change>[] = [
  {
    id: 'package',
    head: 'Package',
    isHead: true,
    cell: (change) => <bdi class="name">{change.package}</bdi>,
  },
  { id: 'from', head: 'From', cell: ({ from }) => <Version version={from} none="not there" /> },
  { id: 'to', head: 'To', cell: ({ to }) => <Version version={to} none="taken out" /> },
  { id: 'because', head: 'Because', cell: ({ because }) => <bdi>{because}</bdi> },
];

const LEFT: readonly Column<Left>[] = [
  { id: 'severity', head: 'Severity', cell: ({ severity }) => <Severity severity={severity} /> },
  { id: 'message', head: 'Problem', isHead: true, cell: ({ message }) => <bdi>{message}</bdi> },
];

const KNOWN = ['critical', 'high', 'medium', 'low'];

/** What a run changed for one service, and what it left. */
export function RunService({ service, changes, left }: Service): JSX.Element {
  return (
    <section class="card">
      <h2>
        <bdi>{service}</bdi>
      </h2>
      <h3>
        What changes <span class="quiet">{counted(changes.length, 'package')}</span>
      </h3>
      {changes.length === 0 ? (
        <p class="quiet">Nothing.</p>
      ) : (
        <Table
          {...{ name: 'changes', caption: `What changes for ${service}`, columns: CHANGES, rows: changes }}
          keyOf={(change, at) => `${at} ${change.package}`}
        />
      )}
      <h3>
        What is left <span class="quiet">{counted(left.length, 'problem')}</span>
      </h3>
      {left.length === 0 ? (
        <p class="quiet">Nothing.</p>
      ) : (
        <Table
          {...{ name: 'left', caption: `What is left of ${service}`, columns: LEFT, rows: left }}
          keyOf={(one, at) => `${at} ${one.message}`}
        />
      )}
    </section>
  );
}

function Version(props: { readonly version: string | null; readonly none: string }): JSX.Element {
  return props.version === null ? <span class="quiet">{props.none}</span> : <code>{props.version}</code>;
}

function Severity({ severity }: Pick<Left, 'severity'>): JSX.Element {
  if (severity === null) return <span class="quiet">not rated</span>;
  const kind = KNOWN.includes(severity) ? severity : 'unknown';
  return <span class={`severity severity-${kind}`}>{severity}</span>;
}
