import type { JSX } from 'preact';
import type { RunRow } from '../page-api.ts';
import { choice } from './filter-form.tsx';
import type { Field } from './filter-form.tsx';
import { ListView } from './list-view.tsx';
import type { ListProps } from './list-view.tsx';
import { StateWord } from './mark.tsx';
import { Moment } from './moment.tsx';
import { Empty } from './notice.tsx';
import { runPath } from './route.ts';
import { ProjectLink } from './services-view.tsx';
import { SeverityCountsView } from './severity-counts.tsx';
import { named, RUN_STAGES, RUN_VERDICTS, told } from './state-words.ts';
import type { Column } from './table.tsx';

const FIELDS: readonly Field[] = [
  { kind: 'search', name: 'q', label: 'Search' },
  { kind: 'text', name: 'service', label: 'Service' },
  { kind: 'text', name: 'project', label: 'Project' },
  choice('verdict', 'Verdict', RUN_VERDICTS),
  choice('stage', 'Stage', RUN_STAGES),
  { kind: 'date', name: 'from', label: 'From' },
  { kind: 'date', name: 'to', label: 'To' },
];

const COLUMNS: readonly Column<RunRow>[] = [
  { id: 'verdict', head: 'Verdict', cell: ({ verdict }) => <StateWord {...told(RUN_VERDICTS, verdict)} /> },
  { id: 'run', head: 'Run', isHead: true, cell: (row) => <RunName {...row} /> },
  { id: 'project', head: 'Project', cell: ({ project }) => <ProjectLink project={project} /> },
  { id: 'stage', head: 'Stage', cell: ({ stage }) => named(RUN_STAGES, stage) },
  { id: 'changes', head: 'Changes', isNumber: true, cell: ({ changes }) => changes.toLocaleString('en') },
  { id: 'fixed', head: 'Fixed', isNumber: true, cell: ({ fixed }) => fixed.toLocaleString('en') },
  { id: 'open', head: 'Left open', cell: ({ open }) => <SeverityCountsView open={open} /> },
  { id: 'when', head: 'When', cell: ({ at }) => <Moment at={at} /> },
];

/** Every run of fettle that left a report. */
export function RunsView({ query }: ListProps): JSX.Element {
  return (
    <ListView<RunRow>
      {...{ list: 'runs', title: 'Runs', one: 'run', fields: FIELDS, columns: COLUMNS, query }}
      keyOf={({ id }) => id}
      concerns={({ kind }) => kind === 'runs'}
      nothing={
        <Empty title="No run yet" command="fettle fix">
          Each run of scan, plan, fix or verify that leaves a report stands here.
        </Empty>
      }
    />
  );
}

function RunName({ id, run, services, sentence }: RunRow): JSX.Element {
  return (
    <>
      <bdi class="name">
        <a href={runPath(id)}>{run}</a>
      </bdi>
      <bdi class="sentence">
        {services.slice(0, 3).join(', ')}
        {services.length > 3 && ` and ${services.length - 3} more`}: {sentence}
      </bdi>
    </>
  );
}
