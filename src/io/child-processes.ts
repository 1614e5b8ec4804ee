import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Processes, ProcessRequest, ProcessResult } from './process.ts';

const DEFAULT_MAX_OUTPUT = 1024 * 1024;
/** How long what a dead process wrote is still read. */
const DRAIN_MS = 1_000;

/**
 * Runs programs as children of this one, each the leader of a process group of its own, so that nothing it started is
 * left: the group is killed on timeout, when the program has ended, and when this process ends or is interrupted.
 */
export const childProcesses: Processes = { run };

async function run(request: ProcessRequest): Promise<ProcessResult> {
  const [program, ...args] = request.command;
  const startedAt = performance.now();
  if (request.cwd !== undefined && !existsSync(request.cwd)) {
    throw new Error(`the folder to run ${program} in does not exist: ${request.cwd}`);
  }
  const child = spawn(program, args, {
    env: request.environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
  });
  const limit = request.maxOutputBytes ?? DEFAULT_MAX_OUTPUT;
  const encoding = request.encoding ?? 'utf8';
  const stdout = captured(child.stdout, limit, encoding);
  const stderr = captured(child.stderr, limit, encoding);
  // A program that does not read its input closes the pipe (EPIPE): its exit code tells what came of that.
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(request.input ?? '');
  const ending = await ended(child, request.timeoutMs);
  return {
    ...ending,
    truncated: stdout.truncated || stderr.truncated,
    stdout: stdout.text(),
    stderr: stderr.text(),
    durationMs: performance.now() - startedAt,
  };
}

type Ending = Pick<ProcessResult, 'exitCode' | 'signal' | 'timedOut' | 'notFound'>;

function ended(child: ChildProcess, timeoutMs: number): Promise<Ending> {
  const release = guard(child);
  return new Promise((resolve, reject) => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, timeoutMs);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      release();
      if (error.code === 'ENOENT') {
        resolve({ exitCode: null, signal: null, timedOut: false, notFound: true });
      } else reject(error);
    });
    child.on('exit', () => {
      clearTimeout(timer);
      killGroup(child);
      // What left the group may still hold the pipes.
      const drain = setTimeout(
        () => [child.stdout, child.stderr].forEach((pipe) => pipe?.destroy()),
        DRAIN_MS,
      );
      child.on('close', () => clearTimeout(drain));
    });
    child.on('close', (exitCode, signal) => {
      if (child.pid === undefined) return;
      release();
      resolve({ exitCode, signal, timedOut, notFound: false });
    });
  });
}

function captured(
  stream: Readable,
  limit: number,
  encoding: 'utf8' | 'latin1',
): { readonly truncated: boolean; text(): string } {
  const chunks: Buffer[] = [];
  let [kept, truncated] = [0, false];
  stream.on('data', (chunk: Buffer) => {
    truncated ||= kept + chunk.length > limit;
    if (kept < limit) chunks.push(chunk.subarray(0, limit - kept));
    kept = Math.min(limit, kept + chunk.length);
  });
  return {
    get truncated() {
      return truncated;
    },
    text: () => Buffer.concat(chunks).toString(encoding),
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: nobody is left. EPERM: who is left runs as another user and is not ours to end.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

const running = new Set<ChildProcess>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends the child's group with this process. A group of its own does not get the terminal's Ctrl-C. */
function guard(child: ChildProcess): () => void {
  if (running.size === 0) {
    process.on('exit', killAll);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  running.add(child);
  return () => {
    running.delete(child);
    if (running.size === 0) unguard();
  };
}

function unguard(): void {
  process.off('exit', killAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function killAll(): void {
  for (const child of running) killGroup(child);
}

/** Where nobody else decides what the signal means, it does what it would have done without this listener. */
function onSignal(signal: NodeJS.Signals): void {
  killAll();
  if (process.listenerCount(signal) > 1) return;
  unguard();
  process.kill(process.pid, signal);
}
