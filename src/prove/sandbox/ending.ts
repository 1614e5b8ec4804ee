import { constants } from 'node:os';
import type { ProcessEnd, RunningProcess } from '../../io/process.ts';
import { TOLD } from './first-steps.ts';
import type { SandboxEnding, SandboxResult } from './sandbox.ts';
import type { Watch } from './watch.ts';

const MAX_REASON = 500;

/** How a watched run ended; `started` false: what was to start the program says why on standard error. */
export function endingOf(
  process: RunningProcess,
  end: ProcessEnd,
  watch: Watch,
  started: boolean,
): SandboxEnding {
  if (watch.limit !== null) return { kind: 'limit', limit: watch.limit };
  const told = process.told(TOLD).trim();
  if (told !== '') return { kind: 'not-started', why: told.slice(-MAX_REASON) };
  if (end.notFound) return { kind: 'not-started', why: 'what starts it is not installed' };
  if (end.signal !== null) return { kind: 'signalled', signal: end.signal };
  if (!started) return { kind: 'not-started', why: process.stderr().trim().slice(-MAX_REASON) };
  return exitOf(end.exitCode ?? 0);
}

/** A shell, and bubblewrap as well, tells a program that a signal ended by 128 and the number of the signal (POSIX.1-2017, 2.8.2). */
function exitOf(code: number): SandboxEnding {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return signal === undefined ? { kind: 'exited', code } : { kind: 'signalled', signal };
}

export function resultOf(
  process: RunningProcess,
  ending: SandboxEnding,
  watch: Watch,
  startedAt: number,
): SandboxResult {
  return {
    ending,
    stdout: process.stdout(),
    stderr: process.stderr(),
    durationMs: performance.now() - startedAt,
    peakMemoryBytes: watch.peakMemoryBytes,
  };
}
