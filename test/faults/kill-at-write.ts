import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { startProgram } from '../support/run-command.ts';
import type { CommandResult } from '../support/run-command.ts';

/** Why no process can be stopped at a call of the kernel here, or null. */
export const noTracing = tracingProblem();

function tracingProblem(): string | null {
  const { status } = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']);
  return status === 0 ? null : 'strace is not installed, or may not trace here';
}

/** What changes files: Node's own calls and those of LMDB. */
const CHANGES = [
  ...['write', 'writev', 'pwrite64', 'pwritev', 'ftruncate', 'fallocate', 'fsync', 'fdatasync', 'msync'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'unlink', 'unlinkat', 'rmdir', 'mkdir'],
];

/** A change of a file in a run: the nth call of that name of one of its threads, as strace counts. */
export interface Change {
  readonly call: string;
  readonly nth: number;
  /** The call with its paths, for whoever reads of it. */
  readonly words: string;
}

/** A command of the built program in a folder. */
export interface Traced {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly home: string;
}

/** Runs it to its end and gives every change that it makes below `folder`, in their order. */
export async function changesOf(traced: Traced, folder: string): Promise<readonly Change[]> {
  const log = join(folder, 'calls.log');
  await underStrace(traced, ['-y', '-s', '0', '-o', log, '-e', `trace=${CHANGES.join(',')}`]);
  const counts = new Map<string, number>();
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, thread, call, words = ''] = /^(\d+) +(\w+)\((.*)/.exec(line) ?? [];
      if (thread === undefined || call === undefined) return [];
      const nth = (counts.get(`${thread} ${call}`) ?? 0) + 1;
      counts.set(`${thread} ${call}`, nth);
      return words.includes(`${folder}/`) ? [{ call, nth, words }] : [];
    });
}

/** Runs it until that change, at which it is killed, and the change is not made. */
export async function killedAt(traced: Traced, { call, nth }: Change): Promise<CommandResult> {
  return underStrace(traced, [
    ...['-o', '/dev/null', '-e', `trace=${call}`],
    ...['-e', `inject=${call}:signal=SIGKILL:when=${nth}`],
  ]);
}

/** With one thread for files in place of four, so that their calls are counted the same in each run. */
function underStrace({ words, cwd, home }: Traced, options: readonly string[]): Promise<CommandResult> {
  const program = [process.execPath, inject('command'), ...words];
  const environment = { PATH: process.env['PATH'], HOME: home, UV_THREADPOOL_SIZE: '1' };
  // Without `--seccomp-bpf`, with which strace 6.1 injects nothing.
  return startProgram('strace', ['-f', '-qq', ...options, ...program], cwd, environment).result;
}
