import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';

/** Kills every process that names a folder on its command line or in its environment, until none is left; never this one. */
export async function killAllBelow(folder: string): Promise<void> {
  for (let round = 0; round < 50; round++) {
    const pids = processesBelow(folder);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`processes of ${folder} do not end`);
}

/** Ends all that works in a folder, takes down what a killed builder left mounted there, and removes it. */
export async function removeWithAll(folder: string): Promise<void> {
  await killAllBelow(folder);
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? [])
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounted.toReversed()) spawnSync('umount', ['-l', path]);
  rmSync(folder, { recursive: true, force: true });
}

/** Every process but this one that names a folder on its command line or in its environment. */
export function processesBelow(folder: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => names(pid, folder));
}

function names(pid: number, folder: string): boolean {
  if (pid === process.pid) return false;
  return ['cmdline', 'environ'].some((file) => textOf(`/proc/${pid}/${file}`).includes(folder));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    // It ended meanwhile, or nobody may look.
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}

/** One that is gone by itself is no fault. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
