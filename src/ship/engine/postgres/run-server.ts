import { spawn } from 'node:child_process';
import { closeSync, openSync, readlinkSync } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { UserFacingError } from '../../../domain/errors.ts';
import { masked } from '../../../io/masked.ts';
import type { ServerAccount } from './server-account.ts';
import type { ServerFolder } from './server-folder.ts';
import type { ServerPrograms } from './server-programs.ts';

/** A log that has grown beyond it is put aside at the next start. */
const LONGEST_LOG = 10 * 1024 * 1024;
const STARTS_WITHIN_MS = 60_000;

/** It listens on its socket alone. What is committed is on the disk: `fsync` and `synchronous_commit` stay as they are, switched on. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '32MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  jit: 'off',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
};

/**
 * Starts the server, which goes on when this process ends, and waits until `answers` says so. What a killed one left behind is cleared
 * away by PostgreSQL itself, but for its number where another process has that by now. Errors: UserFacingError with what it logged.
 */
export async function runServer(
  folder: ServerFolder,
  server: ServerPrograms,
  account: ServerAccount,
  answers: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + STARTS_WITHIN_MS;
  await dropForeignNumber(folder);
  await putAsideLog(folder.log);
  for (;;) {
    const ended = launched(folder, server, account);
    for (let isOver = false; !isOver;) {
      if (await answers()) return;
      if (Date.now() > end) throw await notStarted(folder, 'it did not answer within a minute');
      isOver = await Promise.race([ended.then(() => true), setTimeout(20, false)]);
    }
    // Processes of a killed server may hold its shared memory for a moment; and one may be killed before it is ready.
    const mayHelp = /pre-existing shared memory|lock file .* already exists/.test(await endOf(folder.log));
    if (!mayHelp && (await ended) !== 'SIGKILL') throw await notStarted(folder, 'it ended at once');
    if (Date.now() > end) throw await notStarted(folder, 'it ended again and again');
    await setTimeout(300);
  }
}

/** Gives its status, or the signal that ended it. */
function launched(
  folder: ServerFolder,
  server: ServerPrograms,
  account: ServerAccount,
): Promise<number | NodeJS.Signals | null> {
  const log = openSync(folder.log, 'a', 0o600);
  try {
    const settings = Object.entries({ ...SETTINGS, unix_socket_directories: folder.sockets });
    const child = spawn(
      join(server.folder, 'postgres'),
      ['-D', folder.cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        // A session of its own: what ends this program does not reach it.
        detached: true,
        cwd: '/',
        env: { ...server.environment, LC_ALL: 'C', TZ: 'UTC' },
        stdio: ['ignore', log, log],
        ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
      },
    );
    child.unref();
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(signal ?? code));
    });
  } finally {
    closeSync(log);
  }
}

/**
 * The number in `postmaster.pid` may belong to another process since (in a container numbers are soon used again), which PostgreSQL
 * would take for a running server.
 */
async function dropForeignNumber(folder: ServerFolder): Promise<void> {
  const path = join(folder.cluster, 'postmaster.pid');
  const pid = await serverNumber(folder);
  if (pid !== null && !isServerOf(folder, pid)) await rm(path, { force: true });
}

/** The process that wrote `postmaster.pid` (its first line); null: there is none. */
export async function serverNumber(folder: Pick<ServerFolder, 'cluster'>): Promise<number | null> {
  const pid = Number.parseInt((await serverNotes(folder))[0] ?? '', 10);
  return pid > 0 ? pid : null;
}

/** Whether the server says that it takes connections (the eighth line); a killed one has said so, too. */
export async function saysReady(folder: Pick<ServerFolder, 'cluster'>): Promise<boolean> {
  return (await serverNotes(folder))[7]?.trim() === 'ready';
}

/** The lines of `postmaster.pid` (miscadmin.h of PostgreSQL); none where there is no such file. */
async function serverNotes(folder: Pick<ServerFolder, 'cluster'>): Promise<readonly string[]> {
  try {
    return (await readFile(join(folder.cluster, 'postmaster.pid'), 'utf8')).split('\n');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** A server works within its data folder. Where the system does not show that, PostgreSQL's own judgement has to do. */
export function isServerOf(folder: Pick<ServerFolder, 'cluster'>, pid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder.cluster;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

async function putAsideLog(path: string): Promise<void> {
  try {
    if ((await stat(path)).size > LONGEST_LOG) await rename(path, `${path}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function notStarted(folder: ServerFolder, what: string): Promise<UserFacingError> {
  const end = await endOf(folder.log);
  const last = end.split('\n').findLast((line) => /(FATAL|PANIC|ERROR|could not)/.test(line)) ?? end;
  return new UserFacingError(
    'engine-unavailable',
    `The engine’s database could not be started: ${what}. ${masked(last, {}).trim()}`,
    {
      hint: /no space/i.test(end) ? 'Free some space and run it again.' : `Its log is ${folder.log}.`,
      outside: true,
    },
  );
}

async function endOf(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim().split('\n').slice(-6).join('\n');
}
