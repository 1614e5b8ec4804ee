import { constants } from 'node:os';
import type { ProcessEnd, RunningProcess } from '../../io/process.ts';
import { STARTED, TOLD } from './first-steps.ts';
import type { SandboxEnding, SandboxResult } from './sandbox.ts';
import type { Watch } from './watch.ts';

const MAX_REASON = 500;

/** How a watched run ended. */
export function endingOf(process: RunningProcess, end: ProcessEnd, watch: Watch): SandboxEnding {
  if (watch.limit !== null) return { kind: 'limit', limit: watch.limit };
  if (!hasStarted(process)) return { kind: 'not-started', why: whyNot(process, end) };
  if (end.signal !== null) return { kind: 'signalled', signal: end.signal };
  return exitOf(end.exitCode ?? 0);
}

/** Whether the first steps are done; what comes after them is the program's own. */
export function hasStarted(process: RunningProcess): boolean {
  return process.told(TOLD) === STARTED;
}

/** What the first steps say, or what was to take them. */
function whyNot(process: RunningProcess, end: ProcessEnd): string {
  if (end.notFound) return 'what starts it is not installed';
  const said = process.told(TOLD).trim() || process.stderr().trim();
  return said === ''
    ? `it ended before it was started (${end.signal ?? end.exitCode})`
    : said.slice(-MAX_REASON);
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
