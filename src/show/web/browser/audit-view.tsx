import type { JSX } from 'preact';
import type { AuditRow } from '../page-api.ts';
import { ListView } from './list-view.tsx';
import type { ListProps } from './list-view.tsx';
import { StateWord } from './mark.tsx';
import { Moment } from './moment.tsx';
import { Empty } from './notice.tsx';
import type { Column } from './table.tsx';

export const AUDIT_COLUMNS: readonly Column<AuditRow>[] = [
  { id: 'outcome', head: 'Outcome', cell: ({ outcome }) => <Outcome outcome={outcome} /> },
  { id: 'user', head: 'Who', isHead: true, cell: (row) => <Who {...row} /> },
  { id: 'action', head: 'Did', cell: ({ action }) => <bdi>{action}</bdi> },
  { id: 'subject', head: 'To', cell: ({ subject }) => subject !== '-' && <bdi class="path">{subject}</bdi> },
  {
    id: 'why',
    head: 'Why',
    cell: ({ why }) => why !== null && <bdi>{why}</bdi>,
  },
  { id: 'when', head: 'When', cell: ({ at }) => <Moment at={at} /> },
];

/** Who did what, or was refused it. */
export function AuditView({ query }: ListProps): JSX.Element {
  return (
    <ListView<AuditRow>
      {...{ list: 'audit', title: 'Audit', one: 'record', fields: [], columns: AUDIT_COLUMNS, query }}
      keyOf={auditKey}
      concerns={({ kind }) => kind === 'rollout'}
      nothing={
        <Empty title="Nothing was done yet">
          Every approval, hold and rollback, and every refusal stands here.
        </Empty>
      }
    />
  );
}

export function auditKey({ at, user, action, subject }: AuditRow, index: number): string {
  return [at, user, action, subject, index].join('\n');
}

function Outcome({ outcome }: Pick<AuditRow, 'outcome'>): JSX.Element {
  return outcome === 'done' ? <StateWord kind="good" word="Done" /> : <StateWord kind="bad" word="Refused" />;
}

function Who({ user, role }: AuditRow): JSX.Element {
  return (
    <>
      <bdi class="name">{user}</bdi> <span class="quiet">{role ?? 'no role'}</span>
    </>
  );
}
