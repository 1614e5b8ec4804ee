import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageSession, ShownProblem } from '../page-api.ts';
import type { Answers } from './answers.ts';
import { AuditView } from './audit-view.tsx';
import type { Live } from './live.ts';
import { Empty, RefusalNotice } from './notice.tsx';
import { PageContext } from './page-state.ts';
import { pathOnly, usePlace } from './place.ts';
import { RolloutView } from './rollout-view.tsx';
import { RolloutsView } from './rollouts-view.tsx';
import { routeOf } from './route.ts';
import { RunView } from './run-view.tsx';
import { RunsView } from './runs-view.tsx';
import { ServicesView } from './services-view.tsx';
import { Shell } from './shell.tsx';

interface Props {
  readonly session: PageSession;
  readonly answers: Answers;
  readonly live: Live;
  /** Why the address that was gone to first shows no view; null: it does. */
  readonly problem: ShownProblem | null;
}

/** The page of somebody who is signed in. */
export function App({ session, answers, live, problem }: Props): JSX.Element {
  const { path, go } = usePlace();
  const [firstPath] = useState(path);
  const state = useMemo(() => ({ session, answers, live, go }), [session, answers, live, go]);
  const said = useArrival(path);
  return (
    <PageContext.Provider value={state}>
      <Shell path={path}>
        {problem !== null && path === firstPath ? (
          <ProblemView problem={problem} />
        ) : (
          <View key={pathOnly(path)} path={path} />
        )}
      </Shell>
      <p class="hidden" aria-live="polite">
        {said}
      </p>
    </PageContext.Provider>
  );
}

function View({ path }: { readonly path: string }): JSX.Element {
  const route = routeOf(path);
  if (route.kind === 'run') return <RunView id={route.id} />;
  if (route.kind === 'rollout') return <RolloutView id={route.id} />;
  if (route.kind !== 'list') return <NotFound />;
  const { query } = route;
  switch (route.list) {
    case 'services':
      return <ServicesView query={query} />;
    case 'runs':
      return <RunsView query={query} />;
    case 'rollouts':
      return <RolloutsView query={query} />;
    case 'audit':
      return <AuditView query={query} />;
  }
}

function ProblemView({ problem }: { readonly problem: ShownProblem }): JSX.Element {
  if (problem.code === 'not-found') return <NotFound />;
  return (
    <>
      <h1 tabIndex={-1}>{problem.status === 404 ? 'Nothing is here' : 'This cannot be shown'}</h1>
      <RefusalNotice refusal={problem} />
    </>
  );
}

function NotFound(): JSX.Element {
  return (
    <>
      <h1 tabIndex={-1}>Nothing is here</h1>
      <Empty title="No view has this address">
        Go to <a href="/services">all services</a>.
      </Empty>
    </>
  );
}

/** Who arrives at another view hears its title, and goes on from its heading. The first view is the browser's to tell. */
function useArrival(path: string): string {
  const [said, setSaid] = useState('');
  const before = useRef(pathOnly(path));
  useEffect(() => {
    const heading = document.querySelector('h1');
    const title = heading?.textContent ?? 'fettle';
    document.title = `${title} · fettle`;
    if (before.current === pathOnly(path)) return;
    before.current = pathOnly(path);
    heading?.focus({ preventScroll: true });
    setSaid(title);
  }, [path]);
  return said;
}
