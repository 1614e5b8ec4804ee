import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A control group that bounds how many tasks (processes and threads) there may be (pids in cgroups(7)). */
export interface TaskGroup {
  /** Where a process writes its number to be in it, with all that it starts. */
  readonly entrance: string;
  remove(): Promise<void>;
}

const NAME = /^fettle-run-(\d{1,10})-\d{1,10}$/;
let made = 0;

/**
 * The folder of this program's own control group for tasks, where groups can be made below it; null where there is none. Groups
 * that somebody else manages (systemd, a container's engine: whose path is not the root) are left to them.
 */
export function taskGroupsFolder(): string | null {
  const own = textOf('/proc/self/cgroup').split('\n');
  const legacy = own.some((line) => /^\d{1,9}:(?:[\w=,]{1,200},)?pids(?:,[\w=,]{1,200})?:\/$/.test(line));
  const unified = own.includes('0::/') && / ?pids\b/.test(textOf('/sys/fs/cgroup/cgroup.subtree_control'));
  const folder = legacy ? '/sys/fs/cgroup/pids' : unified ? '/sys/fs/cgroup' : null;
  return folder !== null && isWritable(folder) ? folder : null;
}

/** A new group in the folder. Groups that killed processes of this program left there are removed first. */
export function openTaskGroup(folder: string, mostTasks: number): TaskGroup {
  removeLeftOvers(folder);
  const path = join(folder, `fettle-run-${process.pid}-${++made}`);
  mkdirSync(path);
  writeFileSync(join(path, 'pids.max'), String(mostTasks));
  return { entrance: join(path, 'cgroup.procs'), remove: () => removeWhenEmpty(path) };
}

/** Whether RLIMIT_NPROC counts a user namespace by itself (Linux 5.14), and not all that the user runs. */
export function countsTasksOfNamespace(): boolean {
  const [major, minor] = release().split('.').map(Number) as [number, number];
  return process.platform === 'linux' && (major > 5 || (major === 5 && minor >= 14));
}

/** The kernel takes a moment to forget the dead (EBUSY until then). */
async function removeWhenEmpty(path: string): Promise<void> {
  for (let tries = 200; ; tries--) {
    try {
      return rmdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || tries === 0) throw error;
      await setTimeout(5);
    }
  }
}

function removeLeftOvers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = NAME.exec(name)?.[1];
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue;
    try {
      rmdirSync(join(folder, name));
    } catch (error) {
      // Somebody else removed it, or it is not empty yet: the next one removes it.
      if (!['EBUSY', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch (error) {
    if (['EACCES', 'EROFS', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
