import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserFacingError } from '../../domain/errors.ts';
import type { Clock } from '../../io/clock.ts';
import { addActionRoutes } from './action-routes.ts';
import { Attempts } from './attempts.ts';
import type { AuditLog } from './audit-log.ts';
import { bindingOf } from './binding.ts';
import { addDataRoutes } from './data-routes.ts';
import { EventStream } from './event-stream.ts';
import { forReaders } from './for-readers.ts';
import { withHeaders, withKnownHost, withSession } from './guards.ts';
import { hostAndPort } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';
import { lookAgain } from './look-again.ts';
import { OidcSignIn } from './oidc.ts';
import type { PageEnvironment, PageParts, PageSettings } from './page-parts.ts';
import { addPageRoutes } from './page-routes.ts';
import { problem, refuse } from './problem.ts';
import type { PageContext } from './problem.ts';
import { RolloutBoard } from './rollout-board.ts';
import type { ReachRollouts } from './rollout-source.ts';
import type { RunIndex } from './run-index.ts';
import { randomSecret } from './secrets.ts';
import { Sessions } from './sessions.ts';
import { addSignInRoutes, CALLBACK, signInProblem } from './sign-in-routes.ts';
import { Tickets } from './tickets.ts';

/** What the server is handed beside its settings. */
export interface PageWorld {
  readonly clock: Clock;
  readonly runs: RunIndex;
  readonly reach: ReachRollouts;
  readonly audit: AuditLog;
  readonly onBug: (error: unknown) => void;
}

export interface PageServer {
  /** "http://127.0.0.1:7777", or the address that others know it by. */
  readonly origin: string;
  /** Where it listens itself. */
  readonly port: number;
  /** Settles when all of the runs were read once. */
  readonly indexed: Promise<void>;
  /** Ends connections that wait, lets answers that are under way end, and settles then. */
  close(): Promise<void>;
}

const MOST_BODY = 64 * 1024;
const LOOK_AT_RUNS_MS = 3_000;
/** Answers that are under way get so long at the end. */
const GRACE_MS = 3_000;
const LIMITS = {
  maxHeaderSize: 32 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
} as const;

/** Listens, and answers from then on. Errors: UserFacingError `cannot-listen`. */
export async function openPageServer(
  listen: ListenAddress,
  publicUrl: URL | null,
  settings: PageSettings,
  world: PageWorld,
): Promise<PageServer> {
  const app = new Hono<PageEnvironment>();
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: LIMITS }) as Server;
  const port = await listening(server, listen);
  const parts = partsOf({ ...listen, port }, publicUrl, settings, world);
  addRoutes(app, parts);
  const stopping = new AbortController();
  const { signal } = stopping;
  const tellRuns = (): void => {
    parts.events.tell({ kind: 'runs' });
    parts.events.tell({ kind: 'services' });
  };
  const lookAtRuns = async (): Promise<number> => {
    if (await parts.runs.look(tellRuns)) tellRuns();
    parts.sessions.sweep();
    return LOOK_AT_RUNS_MS;
  };
  const first = lookAtRuns();
  const looks = [
    lookAgain(() => (parts.runs.state().isComplete ? lookAtRuns() : first), world, signal),
    lookAgain(() => parts.rollouts.look(), world, signal),
  ];
  return {
    origin: parts.binding.origin,
    port,
    // A bug in it is told by the loop that looks.
    indexed: first.then(
      () => undefined,
      () => undefined,
    ),
    close: async () => {
      stopping.abort();
      parts.events.close();
      await closed(server);
      await Promise.all(looks);
      await parts.rollouts.close();
    },
  };
}

function partsOf(
  listen: ListenAddress,
  publicUrl: URL | null,
  settings: PageSettings,
  { clock, runs, reach, audit, onBug }: PageWorld,
): PageParts {
  const { signIn, times } = settings;
  const binding = bindingOf(listen, publicUrl);
  const rollouts: RolloutBoard = new RolloutBoard(reach, (row) => events.tell({ kind: 'rollout', row }));
  const events = new EventStream(randomSecret().slice(0, 8), () => rollouts.rows().slice(0, 50));
  const tickets = new Tickets(clock);
  const sessions = new Sessions(clock, times, (key) => {
    tickets.endSession(key);
    events.endSession(key);
  });
  const oidc =
    signIn.kind === 'oidc' ? new OidcSignIn(signIn.settings, `${binding.origin}${CALLBACK}`, clock) : null;
  return {
    ...settings,
    ...{ clock, binding, runs, rollouts, audit, events, sessions, tickets, oidc, onBug },
    failures: new Attempts(clock, 10),
    refusals: { strangers: new Attempts(clock, 60), users: new Attempts(clock, 300) },
    approved: new Map(),
  };
}

function addRoutes(app: Hono<PageEnvironment>, parts: PageParts): void {
  app.use(withHeaders(parts));
  // For what watches over the server, which asks by an address and not by its name: that it answers, and nothing else.
  app.get('/healthz', (context) => context.text('ok\n'));
  app.use(withKnownHost(parts));
  app.use(withSession(parts));
  app.use(forReaders(parts));
  app.use(
    bodyLimit({
      maxSize: MOST_BODY,
      onError: (context) =>
        refuse(context as PageContext, parts, {
          ...{ status: 413, code: 'too-large', message: 'that is more than is taken here' },
          ...{ action: context.req.method, subject: context.req.path },
        }),
    }),
  );
  addSignInRoutes(app, parts);
  addDataRoutes(app, parts);
  addActionRoutes(app, parts);
  addPageRoutes(app, parts);
  app.onError((error, anyContext) => {
    const context = anyContext as PageContext;
    const told = signInProblem(context, error);
    if (told !== null) return told;
    parts.onBug(error);
    return problem(context, 500, 'bug', 'fettle has a bug here; the terminal of fettle serve tells more');
  });
}

function listening(server: Server, listen: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(listen, error)));
    server.listen(listen.port, listen.host, () => resolve((server.address() as AddressInfo).port));
  });
}

function cannotListen(listen: ListenAddress, error: NodeJS.ErrnoException): Error {
  const why = new Map([
    ['EADDRINUSE', ['the port is in use', 'another fettle serve may run; name another with --listen']],
    ['EACCES', ['not permitted', 'ports below 1024 are the system’s: name another with --listen']],
    ['EADDRNOTAVAIL', ['this machine does not have that address', 'name one that it has with --listen']],
    ['ENOTFOUND', ['there is no such host', 'name an address of this machine with --listen']],
  ]).get(error.code ?? '');
  if (why === undefined) return error;
  const message = `cannot listen at ${hostAndPort(listen)}: ${why[0]}`;
  return new UserFacingError('cannot-listen', message, { hint: why[1]!, cause: error });
}

async function closed(server: Server): Promise<void> {
  const ended = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await ended;
  clearTimeout(late);
}
