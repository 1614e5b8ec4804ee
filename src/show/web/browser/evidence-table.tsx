import type { JSX } from 'preact';
import type { Evidence } from '../../../domain/evidence.ts';
import { StateWord } from './mark.tsx';
import { EVIDENCE_VERDICTS, told } from './state-words.ts';
import { Table } from './table.tsx';
import type { Column } from './table.tsx';
import { counted } from './words.ts';

const COLUMNS: readonly Column<Evidence>[] = [
  {
    id: 'verdict',
    head: 'Verdict',
    cell: ({ verdict }) => <StateWord {...told(EVIDENCE_VERDICTS, verdict)} />,
  },
  { id: 'claim', head: 'Claim', isHead: true, cell: ({ claim }) => <bdi class="name">{claim}</bdi> },
  { id: 'seen', head: 'What was seen', cell: (record) => <Seen {...record} /> },
  { id: 'how', head: 'How', cell: ({ how }) => <bdi>{how}</bdi> },
];

export function EvidenceTable({ evidence }: { readonly evidence: readonly Evidence[] }): JSX.Element {
  return (
    <section class="card">
      <h2>
        Evidence <span class="quiet">{counted(evidence.length, 'record')}</span>
      </h2>
      {evidence.length === 0 ? (
        <p class="quiet">Nothing was checked yet.</p>
      ) : (
        <Table
          {...{ name: 'evidence', caption: 'Evidence records', columns: COLUMNS, rows: evidence }}
          keyOf={({ id }, at) => `${at} ${id}`}
        />
      )}
    </section>
  );
}

function Seen({ seen, approximate, check }: Evidence): JSX.Element {
  return (
    <>
      <bdi>{seen}</bdi>
      {approximate && <span class="sentence">rests on an approximation</span>}
      {check !== undefined && check.output !== '' && (
        <details>
          <summary>What it printed</summary>
          <pre tabIndex={0}>{check.output}</pre>
        </details>
      )}
    </>
  );
}
