import type { JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Paged, RolloutRow } from '../page-api.ts';
import type { Answers } from './answers.ts';
import { choice } from './filter-form.tsx';
import type { Field } from './filter-form.tsx';
import { ListView } from './list-view.tsx';
import type { ListProps } from './list-view.tsx';
import type { LiveEvent } from './live.ts';
import { Moment } from './moment.tsx';
import { Empty } from './notice.tsx';
import { EngineNotice } from './engine-notice.tsx';
import { usePage } from './page-state.ts';
import { RolloutState } from './rollout-state.tsx';
import { listApiPath, rolloutPath } from './route.ts';
import { ROLLOUT_STATES } from './state-words.ts';
import type { Column } from './table.tsx';

const FIELDS: readonly Field[] = [
  { kind: 'search', name: 'q', label: 'Search' },
  { kind: 'text', name: 'service', label: 'Service' },
  choice('status', 'Status', ROLLOUT_STATES),
];

const COLUMNS: readonly Column<RolloutRow>[] = [
  { id: 'status', head: 'Status', cell: ({ status }) => <RolloutState status={status} /> },
  { id: 'service', head: 'Service', isHead: true, cell: (row) => <RolloutName {...row} /> },
  { id: 'stage', head: 'Stage', cell: ({ stage }) => <bdi>{stage}</bdi> },
  { id: 'percent', head: 'Traffic', cell: ({ percent }) => <Share percent={percent} /> },
  {
    id: 'now',
    head: 'Now',
    cell: ({ now }) => (now === null ? <span class="quiet">nothing</span> : <bdi>{now}</bdi>),
  },
  { id: 'by', head: 'By', cell: ({ by }) => <bdi>{by}</bdi> },
  { id: 'when', head: 'Updated', cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
];

/** Rollouts as they go on: a row that changes is changed where it stands. */
export function RolloutsView({ query }: ListProps): JSX.Element {
  const { answers, live } = usePage();
  const path = listApiPath('rollouts', query);
  useLayoutEffect(() => live.onEvent((event) => void patchRow(answers, path, event)), [answers, live, path]);
  return (
    <ListView<RolloutRow>
      {...{ list: 'rollouts', title: 'Rollouts', one: 'rollout', fields: FIELDS, columns: COLUMNS, query }}
      keyOf={({ id }) => id}
      // A row that stands here was changed already; one that does not may have begun, or fit the filters now.
      concerns={(event) => event.kind === 'rollout' && (query.size > 0 || !isShown(answers, path, event))}
      nothing={
        <Empty title="No rollout yet" command="fettle deploy">
          A rollout brings a repaired service to its stages step by step, and stands here while it does.
        </Empty>
      }
    >
      <EngineNotice />
    </ListView>
  );
}

function isShown(answers: Answers, path: string, event: LiveEvent): boolean {
  const value = answers.read(path).value as Paged<RolloutRow> | null;
  return event.kind === 'rollout' && (value?.rows.some(({ id }) => id === event.row.id) ?? false);
}

function patchRow(answers: Answers, path: string, event: LiveEvent): void {
  if (event.kind !== 'rollout' || !isShown(answers, path, event)) return;
  const value = answers.read(path).value as Paged<RolloutRow>;
  const rows = value.rows.map((row) => (row.id === event.row.id ? event.row : row));
  answers.put(path, { ...value, rows });
}

function RolloutName({ id, service, platform }: RolloutRow): JSX.Element {
  return (
    <>
      <bdi class="name">
        <a href={rolloutPath(id)}>{service}</a>
      </bdi>
      <bdi class="sentence">
        {id} · {platform}
      </bdi>
    </>
  );
}

function Share({ percent }: { readonly percent: number }): JSX.Element {
  const share = Math.min(100, Math.max(0, percent));
  return (
    <span class="share">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="track" width="100" height="6" rx="1" />
        <rect class="part part-canary" width={share} height="6" rx="1" />
      </svg>
      {percent} %
    </span>
  );
}
