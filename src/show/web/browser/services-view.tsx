import type { JSX } from 'preact';
import type { ServiceRow } from '../page-api.ts';
import { choice } from './filter-form.tsx';
import type { Field } from './filter-form.tsx';
import { ListView } from './list-view.tsx';
import type { ListProps } from './list-view.tsx';
import { StateWord } from './mark.tsx';
import { Moment } from './moment.tsx';
import { Empty } from './notice.tsx';
import { usePage } from './page-state.ts';
import { RolloutState } from './rollout-state.tsx';
import { listPath, rolloutPath, runPath } from './route.ts';
import { SeverityCountsView } from './severity-counts.tsx';
import { SERVICE_STATES, told } from './state-words.ts';
import type { Column } from './table.tsx';

const FIELDS: readonly Field[] = [
  { kind: 'search', name: 'q', label: 'Search' },
  choice('state', 'State', SERVICE_STATES),
];

const COLUMNS: readonly Column<ServiceRow>[] = [
  { id: 'state', head: 'State', cell: ({ state }) => <StateWord {...told(SERVICE_STATES, state)} /> },
  { id: 'service', head: 'Service', isHead: true, cell: (row) => <ServiceName {...row} /> },
  { id: 'project', head: 'Project', cell: ({ project }) => <ProjectLink project={project} /> },
  { id: 'open', head: 'Open problems', cell: ({ open }) => <SeverityCountsView open={open} /> },
  { id: 'packages', head: 'Packages', isNumber: true, cell: ({ packages }) => packages.toLocaleString('en') },
  { id: 'run', head: 'Last run', cell: ({ lastRun }) => <LastRun lastRun={lastRun} /> },
  { id: 'rollout', head: 'Rollout', cell: ({ rollout }) => <LastRollout rollout={rollout} /> },
];

/** Every service, the state that its newest run and its newest rollout show. */
export function ServicesView({ query }: ListProps): JSX.Element {
  const { session } = usePage();
  return (
    <ListView<ServiceRow>
      {...{ list: 'services', title: 'Services', one: 'service', fields: FIELDS, columns: COLUMNS, query }}
      keyOf={({ project, service }) => `${project}\n${service}`}
      concerns={({ kind }) => kind === 'services' || kind === 'rollout'}
      nothing={
        <Empty title="No service yet" command="fettle scan">
          Services appear once fettle was run on a repository under{' '}
          {session.roots.join(', ') || 'the folder that is served'}.
        </Empty>
      }
    />
  );
}

function ServiceName({ service, sentence, lastRun }: ServiceRow): JSX.Element {
  return (
    <>
      <bdi class="name">{lastRun === null ? service : <a href={runPath(lastRun.id)}>{service}</a>}</bdi>
      <bdi class="sentence">{sentence}</bdi>
    </>
  );
}

export function ProjectLink({ project }: { readonly project: string }): JSX.Element | null {
  if (project === '') return null;
  return (
    <bdi class="path">
      <a href={listPath('runs', { project })}>{project}</a>
    </bdi>
  );
}

function LastRun({ lastRun }: Pick<ServiceRow, 'lastRun'>): JSX.Element {
  if (lastRun === null) return <span class="quiet">never</span>;
  return (
    <a href={runPath(lastRun.id)}>
      <Moment at={lastRun.at} /> <span class="quiet">{lastRun.stage}</span>
    </a>
  );
}

function LastRollout({ rollout }: Pick<ServiceRow, 'rollout'>): JSX.Element {
  if (rollout === null) return <span class="quiet">none</span>;
  return (
    <a class="plain" href={rolloutPath(rollout.id)}>
      <RolloutState status={rollout.status} /> <span class="quiet">{rollout.stage}</span>
    </a>
  );
}
