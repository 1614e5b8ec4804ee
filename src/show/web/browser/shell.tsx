import type { ComponentChildren, JSX } from 'preact';
import { ROLES } from '../page-api.ts';
import { post } from './api.ts';
import { Brand } from './brand.tsx';
import type { LiveState } from './live.ts';
import { useLiveState, usePage } from './page-state.ts';
import { pathOnly } from './place.ts';
import { routeOf } from './route.ts';

const VIEWS = [
  { href: '/services', word: 'Services', of: ['services'], role: 'viewer' },
  { href: '/runs', word: 'Runs', of: ['runs', 'run'], role: 'viewer' },
  { href: '/rollouts', word: 'Rollouts', of: ['rollouts', 'rollout'], role: 'viewer' },
  { href: '/audit', word: 'Audit', of: ['audit'], role: 'operator' },
] as const;

/** What stands around every view. */
export function Shell({
  path,
  children,
}: {
  readonly path: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { session } = usePage();
  const route = routeOf(pathOnly(path));
  const here: string = route.kind === 'list' ? route.list : route.kind;
  const views = VIEWS.filter(({ role }) => ROLES.indexOf(session.role) >= ROLES.indexOf(role));
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand-link" href="/services" aria-label="fettle, all services">
          <Brand />
        </a>
        <nav aria-label="Views">
          <ul>
            {views.map(({ href, word, of }) => (
              <li key={href}>
                <a href={href} aria-current={of.some((name) => name === here) ? 'page' : undefined}>
                  {word}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <LiveBadge />
        <User />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer class="foot quiet">
        fettle {session.version ?? ''} · looks at <bdi>{session.roots.join(', ')}</bdi>
      </footer>
    </>
  );
}

const LIVE_WORDS: Readonly<Record<LiveState, readonly [string, string]>> = {
  connecting: ['Connecting', 'The page connects to the events of the server.'],
  live: ['Live', 'What changes is shown at once.'],
  reconnecting: ['Reconnecting', 'The connection to the server was lost; what is shown may be old.'],
  polling: ['Every 10 s', 'The server sends no events; the page asks every ten seconds.'],
};

function LiveBadge(): JSX.Element {
  const state = useLiveState();
  const [word, meaning] = LIVE_WORDS[state];
  return (
    <p class={`live live-${state}`} role="status" title={meaning}>
      <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true" focusable="false">
        <circle cx="4" cy="4" r="3.2" />
      </svg>
      {word}
    </p>
  );
}

function User(): JSX.Element {
  const { session } = usePage();
  const signOut = async (): Promise<void> => {
    await post('/sign-out', {}, session.csrf);
    location.assign('/sign-in');
  };
  return (
    <div class="user">
      <span title={session.user}>
        <bdi>{session.user}</bdi> <span class="quiet">{session.role}</span>
      </span>
      <button type="button" class="button button-small" onClick={() => void signOut()}>
        Sign out
      </button>
    </div>
  );
}
