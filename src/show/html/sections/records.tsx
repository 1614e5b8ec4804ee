import type { JSX } from 'preact';
import type { Evidence } from '../../../domain/evidence.ts';
import { shellWord } from '../../../io/shell-word.ts';
import { pairs, seconds } from '../../report/markdown-check.ts';
import { DataTable } from '../data-table.tsx';
import { Mark } from '../marks.tsx';

const COLUMNS = [
  { title: '#', sort: 'number' },
  { title: 'Claim', class: 'wide' },
  { title: 'Verdict' },
  { title: 'How it was checked, and what was seen', sort: 'none', class: 'wide' },
] as const;

/** Every record that something above rests on. */
export function EvidenceRecords({ records }: { readonly records: readonly Evidence[] }): JSX.Element {
  const rows = records.map((record, at) => ({
    id: `e${at + 1}`,
    kind: record.verdict,
    keys: { 0: at + 1, 2: record.verdict },
    cells: [
      `e${at + 1}`,
      record.claim,
      <>
        <Mark of={record.verdict} />
        {record.approximate ? <small>approximate</small> : null}
      </>,
      <>
        <span class="quiet">{record.how}:</span> <Seen text={record.seen} />
        {record.check === undefined ? null : <CheckDetails check={record.check} />}
      </>,
    ],
  }));
  return <DataTable caption="Records" columns={COLUMNS} rows={rows} tool="filter" quiet />;
}

const LONG = 400;

function Seen({ text }: { readonly text: string }): JSX.Element {
  if (text.length <= LONG) return <>{text}</>;
  return (
    <details>
      <summary>{text.slice(0, LONG / 2)}…</summary>
      {text}
    </details>
  );
}

function CheckDetails({ check }: { readonly check: NonNullable<Evidence['check']> }): JSX.Element {
  const { command, exitCode, startedAt, durationMs, versions, digests, limits, output } = check;
  const facts = [
    ['Began', startedAt],
    ['Versions', pairs(versions)],
    ['Digests', pairs(digests)],
    ['Limits', limits.join('; ')],
  ].filter(([, text]) => text !== '');
  const ended = exitCode === null ? 'ended before its time' : `exit code ${exitCode}`;
  return (
    <details>
      <summary>
        {command.length === 0 ? 'nothing was run' : <code>{command[0]}</code>}, {ended}, {seconds(durationMs)}
      </summary>
      {command.length === 0 ? null : <pre>{command.map(shellWord).join(' ')}</pre>}
      <dl class="facts">
        {facts.map(([title, text]) => (
          <>
            <dt>{title}</dt>
            <dd>{text}</dd>
          </>
        ))}
      </dl>
      {output === '' ? null : <pre>{output}</pre>}
    </details>
  );
}
