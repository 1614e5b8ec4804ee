import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Rollout } from '../../src/domain/rollout.ts';
import { openAppendFile } from '../../src/io/append-file.ts';
import type { Cache } from '../../src/io/cache.ts';
import { memoryCache } from '../../src/io/memory-cache.ts';
import { nodeFiles } from '../../src/io/node-files.ts';
import { systemClock } from '../../src/io/system-clock.ts';
import { openAuditLog } from '../../src/show/web/audit-log.ts';
import type { AuditRow, PageSession, Role } from '../../src/show/web/page-api.ts';
import type { PageSettings, ReportRenderers, SignIn } from '../../src/show/web/page-parts.ts';
import { openPageServer } from '../../src/show/web/page-server.ts';
import type { PageServer } from '../../src/show/web/page-server.ts';
import type { ReachRollouts } from '../../src/show/web/rollout-source.ts';
import { RunIndex } from '../../src/show/web/run-index.ts';

export interface BenchOptions {
  readonly role?: Role;
  readonly signIn?: SignIn;
  readonly publicUrl?: string;
  readonly reach?: ReachRollouts;
  readonly renderers?: ReportRenderers;
  readonly cache?: Cache;
  readonly now?: () => Date;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  json<T>(): T;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The server over real sockets, with a folder of runs and an audit of its own. */
export interface PageBench {
  readonly server: PageServer;
  readonly folder: string;
  readonly root: string;
  readonly auditFile: string;
  /** Bugs that were told; a test ends with none. */
  readonly bugs: readonly unknown[];
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** A browser that is signed in by the token. */
  user(): Promise<PageUser>;
  close(): Promise<void>;
}

export interface PageUser {
  readonly cookie: string;
  readonly session: PageSession;
  readonly get: (path: string) => Promise<Answer>;
  post(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export const TOKEN = 'a-token-of-this-test-alone';
export const NO_ENGINE: ReachRollouts = () => Promise.resolve({ problem: 'there is none' });

export function tokenSignIn(role: Role): SignIn {
  return { kind: 'token', token: TOKEN, user: 'ann', role };
}

export function newFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'fettle-page-')));
}

export async function pageBench(options: BenchOptions = {}, folder = newFolder()): Promise<PageBench> {
  const root = join(folder, 'root');
  mkdirSync(root, { recursive: true });
  const auditFile = join(folder, 'data', 'audit.jsonl');
  const clock = { ...systemClock, now: options.now ?? (() => systemClock.now()) };
  const world = { clock, files: nodeFiles, cache: options.cache ?? memoryCache() };
  const audit = await openAuditLog(await openAppendFile(auditFile), world);
  const bugs: unknown[] = [];
  const settings: PageSettings = {
    ...{ version: '0.0.0', roots: [root], renderers: options.renderers ?? {} },
    signIn: options.signIn ?? tokenSignIn(options.role ?? 'approver'),
    times: { idleMs: 3_600_000, longestMs: 36_000_000 },
    assets: { script: 'void 0;', style: 'body{}' },
  };
  const publicUrl = options.publicUrl === undefined ? null : new URL(options.publicUrl);
  const server = await openPageServer({ host: '127.0.0.1', port: 0 }, publicUrl, settings, {
    ...{ clock, audit, runs: new RunIndex([root], world), reach: options.reach ?? NO_ENGINE },
    onBug: (error) => void bugs.push(error),
  });
  await server.indexed;
  const ask = (path: string, asked: Asked = {}): Promise<Answer> => askAt(server.origin, path, asked);
  return {
    ...{ server, folder, root, auditFile, bugs, ask },
    user: () => signedIn(server.origin),
    close: async () => {
      await server.close();
      await audit.close();
    },
  };
}

export async function signedIn(origin: string, token = TOKEN): Promise<PageUser> {
  const answer = await askAt(origin, '/sign-in', {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return userOf(origin, cookieOf(answer));
}

/** The first cookie that is set, as a browser sends it back. */
export function cookieOf({ status, body, headers }: Answer): string {
  const set = headers['set-cookie']?.find((one) => !one.includes('Max-Age=0'));
  if (set === undefined) throw new Error(`no cookie: ${status} ${body}`);
  return set.split(';')[0]!;
}

export async function userOf(origin: string, cookie: string): Promise<PageUser> {
  const get = (path: string): Promise<Answer> => askAt(origin, path, { headers: { cookie } });
  const session = (await get('/api/session')).json<PageSession>();
  return {
    ...{ cookie, session, get },
    post: (path, body, headers = {}) =>
      askAt(origin, path, {
        method: 'POST',
        headers: {
          ...{ cookie, origin, 'content-type': 'application/json', 'x-fettle-csrf': session.csrf },
          ...headers,
        },
        body: JSON.stringify(body),
      }),
  };
}

/** By Node's own client, which sends any header that it is told to, and a path as it stands. */
export function askAt(
  origin: string,
  path: string,
  { method = 'GET', headers = {}, body }: Asked,
): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: hostname, port, path, method, headers, agent: false }, (response) => {
      text(response).then(
        (answered) =>
          resolve({
            ...{ status: response.statusCode!, headers: response.headers, body: answered },
            json: <T>() => JSON.parse(answered) as T,
          }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Puts a file below the root. */
export function put(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** What was refused or done, in the order in which it was. */
export async function auditOf(user: PageUser): Promise<readonly AuditRow[]> {
  return (await user.get('/api/audit')).json<{ rows: AuditRow[] }>().rows.toReversed();
}

export type { Rollout };
