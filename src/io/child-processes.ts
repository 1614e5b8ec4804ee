import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { instead } from './inherited-descriptors.ts';
import type { DaemonRequest, ProcessEnd, Processes, ProcessRequest, ProcessResult } from './process.ts';
import type { RunningProcess, StartRequest } from './process.ts';
import { processFamily } from './process-family.ts';

const DEFAULT_MAX_OUTPUT = 1024 * 1024;
const MAX_TOLD = 64 * 1024;
/** How long what a dead process wrote is still read. */
const DRAIN_MS = 1_000;

/**
 * Runs programs as children of this one, each the leader of a process group of its own, so that nothing it started is
 * left: the group is killed on timeout, when the program has ended, and when this process ends or is interrupted.
 */
export const childProcesses: Processes = { run, start, daemon, family: processFamily, signal: signalOne };

async function run({ timeoutMs, ...request }: ProcessRequest): Promise<ProcessResult> {
  const startedAt = performance.now();
  const running = start(request);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    running.kill('SIGKILL');
  }, timeoutMs);
  try {
    const end = await running.ended;
    return {
      ...end,
      timedOut,
      truncated: running.truncated,
      stdout: running.stdout(),
      stderr: running.stderr(),
      durationMs: performance.now() - startedAt,
    };
  } finally {
    clearTimeout(timer);
  }
}

function start(request: StartRequest): RunningProcess {
  const [program, ...args] = request.command;
  if (request.cwd !== undefined && !existsSync(request.cwd)) {
    throw new Error(`the folder to run ${program} in does not exist: ${request.cwd}`);
  }
  const descriptors = request.descriptors ?? [];
  const child = spawn(program, args, {
    env: request.environment,
    detached: true,
    stdio: [
      ...(['pipe', 'pipe', 'pipe'] as const),
      ...descriptors.map(() => 'pipe' as const),
      ...instead(3 + descriptors.length),
    ],
    ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
  });
  const ended = endOf(child);
  const limit = request.maxOutputBytes ?? DEFAULT_MAX_OUTPUT;
  const encoding = request.encoding ?? 'utf8';
  const [stdin, stdout, stderr, ...others] = child.stdio as [Writable, Readable, Readable, ...unknown[]];
  const tooMuch = once(request.onTooMuchOutput);
  const streams = [stdout, stderr].map((stream) =>
    captured(stream, limit, encoding, request.keepsEnd === true, tooMuch),
  );
  const { onOutput } = request;
  if (onOutput !== undefined) for (const stream of [stdout, stderr]) stream.on('data', onOutput);
  feed(stdin, request.input ?? '');
  const told = descriptors.map((descriptor, at) => {
    if (descriptor === 'told') return captured(others[at] as Readable, MAX_TOLD, 'utf8', false);
    feed(others[at] as Writable, descriptor.feed);
    return null;
  });
  return {
    pid: child.pid ?? null,
    stdout: () => streams[0]!.text(),
    stderr: () => streams[1]!.text(),
    told: (descriptor) => told[descriptor - 3]?.text() ?? '',
    get truncated() {
      return streams.some(({ truncated }) => truncated);
    },
    ended,
    kill: (signal) => killGroup(child, signal),
  };
}

async function daemon({ command, cwd, environment, logPath }: DaemonRequest): Promise<number | null> {
  const [program, ...args] = command;
  const log = await open(logPath, 'a', 0o600);
  try {
    const child = spawn(program, args, {
      ...{ cwd, env: environment, detached: true },
      stdio: ['ignore', log.fd, log.fd],
    });
    return await new Promise((resolve) => {
      child.once('error', () => resolve(null));
      child.once('spawn', () => {
        child.unref();
        resolve(child.pid ?? null);
      });
    });
  } finally {
    await log.close();
  }
}

/** A program that does not read its input closes the pipe (EPIPE): its exit code tells what came of that. */
function feed(pipe: Writable, input: string | Uint8Array): void {
  pipe.on('error', () => pipe.destroy());
  pipe.end(input);
}

function once(action: (() => void) | undefined): () => void {
  let done = false;
  return () => {
    if (!done) action?.();
    done = true;
  };
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const release = guard(child);
  const ended = new Promise<ProcessEnd>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      release();
      if (error.code === 'ENOENT') resolve({ exitCode: null, signal: null, notFound: true });
      else reject(error);
    });
    child.on('exit', () => {
      killGroup(child, 'SIGKILL');
      // What left the group may still hold the pipes.
      const drain = setTimeout(
        () => child.stdio.forEach((pipe) => (pipe as Readable | null)?.destroy()),
        DRAIN_MS,
      );
      child.on('close', () => clearTimeout(drain));
    });
    child.on('close', (exitCode, signal) => {
      if (child.pid === undefined) return;
      release();
      resolve({ exitCode, signal, notFound: false });
    });
  });
  // Who started it may look at its end later, and is told of a failure then.
  ended.catch(() => undefined);
  return ended;
}

/** What a stream printed, at most `limit` bytes of it: the first of them, or with `keepsEnd` the last. */
function captured(
  stream: Readable,
  limit: number,
  encoding: 'utf8' | 'latin1',
  keepsEnd: boolean,
  tooMuch: () => void = () => undefined,
): { readonly truncated: boolean; text(): string } {
  const chunks: Buffer[] = [];
  let [kept, truncated] = [0, false];
  const keepFirst = (chunk: Buffer): void => {
    truncated ||= kept + chunk.length > limit;
    if (kept < limit) chunks.push(chunk.subarray(0, limit - kept));
    kept = Math.min(limit, kept + chunk.length);
  };
  const keepLast = (chunk: Buffer): void => {
    chunks.push(chunk.subarray(-limit));
    kept += chunk.length;
    while (kept - chunks[0]!.length >= limit) kept -= chunks.shift()!.length;
    truncated ||= kept > limit;
  };
  stream.on('error', () => stream.destroy());
  stream.on('data', (chunk: Buffer) => {
    (keepsEnd ? keepLast : keepFirst)(chunk);
    if (truncated) tooMuch();
  });
  return {
    get truncated() {
      return truncated;
    },
    text: () => Buffer.concat(chunks).subarray(-limit).toString(encoding),
  };
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it is gone.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
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
  for (const child of running) killGroup(child, 'SIGKILL');
}

/** Where nobody else decides what the signal means, it does what it would have done without this listener. */
function onSignal(signal: NodeJS.Signals): void {
  killAll();
  if (process.listenerCount(signal) > 1) return;
  unguard();
  process.kill(process.pid, signal);
}
