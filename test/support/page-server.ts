import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ROLES } from '../../src/show/web/page-api.ts';
import type {
  AuditRow,
  FirstData,
  PageSession,
  Paged,
  Role,
  RolloutDetails,
  RolloutRow,
} from '../../src/show/web/page-api.ts';
import { pageData, runDetails } from './page-data.ts';
import type { GeneratedRollout, PageData } from './page-data.ts';

export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const PAGE_SIZE = 50;

/** What the page's tests ask of a server besides its interface: whoever serves the same to another one runs them against that. */
export interface ServedPage {
  readonly origin: string;
  readonly data: PageData;
  /** The token by which one is signed in with a role. */
  tokenOf(role: Role): string;
  /** Paths that were asked for since the last time, with their methods. */
  asked(): readonly string[];
  /** The rollout goes on by itself, and all who listen are told. */
  move(id: string, change: Partial<RolloutRow>): void;
  /** Tells of runs, and of services. */
  tell(kind: 'runs' | 'services'): void;
  /** From now on there are no events to be had (or there are again). */
  refuseEvents(isRefused: boolean): void;
  /** Nobody is signed in any more. */
  endSessions(): void;
  close(): Promise<void>;
}

interface Options {
  /** Folder with `page.js` and `page.css`. */
  readonly assets: string;
  readonly services?: number;
  readonly runs?: number;
  readonly oidc?: boolean;
  readonly now?: Date;
}

/** A server that keeps to the page's interface, with generated data: what the page is tested against. */
export async function startPageServer(options: Options): Promise<ServedPage> {
  const { services = 500, runs = 10_000, now = new Date() } = options;
  const data = pageData({ services, runs }, now);
  const state = new PageServer(options, data);
  const server = createServer((request, response) => void state.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ origin, data, tokenOf: (role) => `token-of-${role}`, asked: () => state.asked.splice(0) },
    ...{ move: (id, change) => state.move(id, change), tell: (kind) => state.send(kind, {}) },
    refuseEvents: (isRefused) => state.refuseEvents(isRefused),
    endSessions: () => state.sessions.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Refused = readonly [status: number, code: string, message: string, hint: string | null];

class PageServer {
  readonly asked: string[] = [];
  readonly sessions = new Map<string, PageSession>();
  readonly #listeners = new Set<ServerResponse>();
  readonly #tickets = new Map<string, { readonly id: string; readonly mark: string; isUsed: boolean }>();
  readonly #options: Options;
  readonly #rollouts: Map<string, GeneratedRollout>;
  readonly #data: PageData;
  readonly #audit: AuditRow[];
  #eventsRefused = false;

  constructor(options: Options, data: PageData) {
    this.#options = options;
    this.#data = data;
    this.#rollouts = new Map(data.rollouts.map((one) => [one.row.id, one]));
    this.#audit = [...data.audit];
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://page.example');
    this.asked.push(`${request.method} ${url.pathname}${url.search}`);
    response.setHeader('content-security-policy', CSP);
    response.setHeader('x-content-type-options', 'nosniff');
    if (url.pathname === '/favicon.ico') return void response.writeHead(204).end();
    if (/^\/assets\/page\.(js|css)$/.test(url.pathname)) return this.#asset(url.pathname, response);
    const session =
      this.sessions.get(/session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '') ?? null;
    if (url.pathname === '/api/events' && session !== null) return this.#listen(response);
    if (url.pathname === '/sign-in' && request.method === 'POST') return this.#signIn(request, response);
    if (url.pathname === '/sign-out') return json(response, { status: 200, body: null });
    if (/^\/runs\/[^/]+\/report\./.test(url.pathname)) return void response.end('the report');
    if (url.pathname.startsWith('/api/')) {
      const body = request.method === 'POST' ? await bodyOf(request) : null;
      return json(response, this.#api(url, session, body, request.headers['x-fettle-csrf']));
    }
    this.#shell(url, session, response);
  }

  async #asset(path: string, response: ServerResponse): Promise<void> {
    const name = path.slice('/assets/'.length);
    response.setHeader('content-type', name.endsWith('.css') ? 'text/css' : 'text/javascript');
    response.end(await readFile(join(this.#options.assets, name)));
  }

  #shell(url: URL, session: PageSession | null, response: ServerResponse): void {
    const path = url.pathname === '/' ? '/services' : url.pathname;
    const answer =
      session === null ? null : this.#api(new URL(`/api${path}${url.search}`, url), session, null, undefined);
    const ways = { oidc: this.#options.oidc === true ? '/sign-in/oidc' : null, token: true };
    const data = answer?.status === 200 ? answer.body : null;
    const first: FirstData =
      session === null
        ? { session, ways, problem: null }
        : { session, path: `/api${path}${url.search}`, data, problem: null };
    const text = JSON.stringify(first).replaceAll('<', '\\u003c');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>fettle</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/assets/page.css"><script defer src="/assets/page.js"></script></head>
<body><div id="page"></div><script type="application/json" id="first">${text}</script></body></html>`);
  }

  async #signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token } = (await bodyOf(request)) as { token?: string };
    const role = ROLES.find((one) => token === `token-of-${one}`);
    if (role === undefined)
      return json(
        response,
        refused([401, 'bad-token', 'This token opens nothing.', 'It is printed anew at each start.']),
      );
    const id = randomUUID();
    const engine = { name: 'embedded PostgreSQL' };
    const user = { viewer: 'vic', operator: 'ole', approver: 'ada' }[role];
    this.sessions.set(id, { user, role, csrf: `csrf-${id}`, version: '0.1.0', roots: ['/srv/code'], engine });
    response.setHeader('set-cookie', `session=${id}; HttpOnly; SameSite=Strict; Path=/`);
    json(response, { status: 200, body: null });
  }

  #listen(response: ServerResponse): void {
    if (this.#eventsRefused) return json(response, refused([503, 'no-events', 'No events here.', null]));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 200\n\n');
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
  }

  refuseEvents(isRefused: boolean): void {
    this.#eventsRefused = isRefused;
    if (isRefused) for (const listener of this.#listeners) listener.destroy();
  }

  send(kind: string, data: unknown): void {
    for (const listener of this.#listeners)
      listener.write(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  move(id: string, change: Partial<RolloutRow>): void {
    const { row, rollout } = this.#rollouts.get(id)!;
    const updatedAt = new Date().toISOString();
    const next = { ...row, updatedAt, ...change };
    const waiting = next.waitsFor === null ? null : rollout.waiting;
    this.#rollouts.set(id, { row: next, rollout: { ...rollout, status: next.status, updatedAt, waiting } });
    this.send('rollout', next);
  }

  #api(url: URL, session: PageSession | null, body: unknown, csrf: unknown): Answer {
    if (session === null) return refused([401, 'signed-out', 'Nobody is signed in.', 'Sign in again.']);
    const [, , list = '', id, action] = url.pathname.split('/').map(decodeURIComponent);
    const query = Object.fromEntries(url.searchParams);
    if (action !== undefined)
      return body === null
        ? refused([404, 'no-such-path', 'Nothing is here.', null])
        : this.#act(id!, action, session, body as Told, csrf);
    if (list === 'session') return found(session);
    if (list === 'runs' && id !== undefined) return this.#run(id);
    if (list === 'rollouts' && id !== undefined) return this.#rollout(id, session);
    if (list === 'audit' && session.role === 'viewer')
      return refused([403, 'forbidden', 'The audit is for operators.', 'Ask for the role operator.']);
    const rows = this.#rows(list, query);
    return rows === null
      ? refused([404, 'no-such-path', 'Nothing is here.', null])
      : found(paged(rows, query));
  }

  #rows(list: string, query: Readonly<Record<string, string>>): readonly object[] | null {
    if (list === 'services') return filtered(this.#data.services, query, ['state']);
    if (list === 'rollouts')
      return filtered(
        [...this.#rollouts.values()].map(({ row }) => row),
        query,
        ['service', 'status'],
      );
    if (list === 'audit') return this.#audit;
    if (list !== 'runs') return null;
    const { service, from = '', to = '9' } = query;
    const rows = filtered(this.#data.runs, query, ['project', 'verdict', 'stage']);
    return rows.filter(
      ({ services, at }) =>
        (service === undefined || services.includes(service)) && at >= from && at.slice(0, to.length) <= to,
    );
  }

  #run(id: string): Answer {
    const run = this.#data.runs.find((one) => one.id === id);
    return run === undefined
      ? refused([404, 'no-run', 'There is no such run.', 'It may have been removed; see the list of runs.'])
      : found(runDetails(run, this.#data.runs));
  }

  #rollout(id: string, session: PageSession): Answer {
    const one = this.#rollouts.get(id);
    return one === undefined
      ? refused([404, 'no-rollout', 'There is no such rollout.', null])
      : found(this.#details(one, session));
  }

  #details({ row, rollout }: GeneratedRollout, session: PageSession): RolloutDetails {
    const isHeld = rollout.waiting?.what.startsWith('held') ?? false;
    const kinds =
      !['running', 'waiting'].includes(row.status) || session.role === 'viewer'
        ? []
        : ([isHeld ? 'resume' : 'hold', 'rollback'] as const);
    const approve = row.waitsFor !== null && session.role === 'approver' ? (['approve'] as const) : [];
    const actions = [...approve, ...kinds].map((kind) => {
      const ticket = randomUUID();
      this.#tickets.set(ticket, { id: row.id, mark: row.updatedAt, isUsed: false });
      return { kind, stage: kind === 'approve' ? row.waitsFor : null, ticket };
    });
    const held = isHeld ? { by: 'ole', until: rollout.waiting!.until } : null;
    return { row, rollout, held, actions, audit: this.#audit.filter(({ subject }) => subject === row.id) };
  }

  #act(
    id: string,
    action: string,
    session: PageSession,
    { ticket, why, stage }: Told,
    csrf: unknown,
  ): Answer {
    const one = this.#rollouts.get(id);
    if (csrf !== session.csrf || one === undefined)
      return refused([403, 'forbidden', 'This was not asked by the page.', null]);
    const known = this.#tickets.get(ticket ?? '');
    const reason =
      known === undefined
        ? 'there is no such ticket'
        : known.isUsed
          ? 'the ticket was used before'
          : known.mark !== one.row.updatedAt
            ? 'the rollout has moved on since'
            : null;
    if (known !== undefined) known.isUsed = true;
    const row = { at: new Date().toISOString(), user: session.user, role: session.role, subject: id };
    const said = action === 'approve' ? `approve ${stage}` : action;
    this.#audit.unshift({
      ...row,
      action: said,
      outcome: reason === null ? 'done' : 'refused',
      why: reason ?? why ?? null,
    });
    if (reason !== null)
      return refused([
        409,
        'moved-on',
        `Refused: ${reason}.`,
        'Look at where it stands now, and decide again.',
      ]);
    this.move(id, CHANGES[action as keyof typeof CHANGES]);
    return found(this.#details(this.#rollouts.get(id)!, session));
  }
}

interface Told {
  readonly ticket?: string;
  readonly why?: string;
  readonly stage?: string;
}

const CHANGES = {
  approve: { status: 'running', waitsFor: null, now: 'production goes on' },
  hold: { status: 'running', now: 'held' },
  resume: { status: 'running', now: 'goes on' },
  rollback: { status: 'rolled-back', waitsFor: null, now: null, percent: 0 },
} as const satisfies Readonly<Record<string, Partial<RolloutRow>>>;

function filtered<T extends object>(
  rows: readonly T[],
  query: Readonly<Record<string, string>>,
  exact: readonly string[],
): readonly T[] {
  const words = (query['q'] ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const fields = row as Readonly<Record<string, unknown>>;
    const text = Object.values(fields)
      .filter((value) => typeof value === 'string' || Array.isArray(value))
      .join('\n')
      .toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      exact.every((name) => query[name] === undefined || fields[name] === query[name])
    );
  });
}

function paged<T>(rows: readonly T[], query: Readonly<Record<string, string>>): Paged<T> {
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_SIZE));
  const page = Math.min(pages, Math.max(1, Number(query['page'] ?? 1)));
  return { rows: rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), page, pages, total: rows.length };
}

function found(body: unknown): Answer {
  return { status: 200, body };
}

function refused([status, code, message, hint]: Refused): Answer {
  return { status, body: { code, message, hint } };
}

function json(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}
