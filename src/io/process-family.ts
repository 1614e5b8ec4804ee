import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ProcessFamily } from './process.ts';

/** One process and all below it, found by the children of each thread (`/proc/PID/task/TID/children`, proc(5)). */
export async function processFamily(pid: number, atMost: number): Promise<ProcessFamily | null> {
  if (!isAlive(pid)) return null;
  const pids = eldestFirst(pid, atMost);
  // Too many are to be ended, not weighed: a program that forks without end must not be waited for.
  if (pids.length >= atMost) return { pids, memoryBytes: 0 };
  return { pids, memoryBytes: await bytesOf(pids) };
}

/** What processes may hold together beside the largest, for its own memory to stand for all. */
const BESIDE = 0.1;

/**
 * What they hold. The kernel counts resident memory at no cost; shares of it (`smaps_rollup`) are found by walking every page, which
 * takes a large process milliseconds each time. Where one process holds nearly all, nothing is counted twice that matters.
 */
async function bytesOf(pids: readonly number[]): Promise<number> {
  const resident = pids.map(residentBytes);
  const sum = resident.reduce((all, one) => all + one, 0);
  const largest = Math.max(0, ...resident);
  if (sum - largest <= largest * BESIDE) return sum;
  const shares = await Promise.all(pids.map(proportionalBytes));
  return shares.reduce((all, one) => all + one, 0);
}

function residentBytes(pid: number): number {
  const status = textOf(`/proc/${pid}/status`) ?? '';
  return Number(/^VmRSS:\s{1,20}(\d{1,18}) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

function eldestFirst(pid: number, atMost: number): readonly number[] {
  const found = [pid];
  // The list grows while it is walked.
  for (const next of found) {
    for (const child of childrenOf(next)) {
      if (found.length >= atMost) return found;
      found.push(child);
    }
  }
  return found;
}

function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) =>
    (textOf(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Dead processes that nobody has waited for (state Z) hold nothing and do nothing. */
function isAlive(pid: number): boolean {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat !== null && !/^\) [ZX]/.test(stat.slice(stat.lastIndexOf(')')));
}

async function proportionalBytes(pid: number): Promise<number> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1');
    return Number(/^Pss:\s{1,20}(\d{1,18}) kB$/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** It ended while it was looked at, has no memory any more, or is not ours to look into (a set-uid program). */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}
