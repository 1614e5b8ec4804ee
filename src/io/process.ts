export interface ProcessRequest {
  /** Program and arguments; never a shell line. No credentials: arguments are visible to others. */
  readonly command: readonly [string, ...string[]];
  readonly cwd?: string;
  /** The whole environment of the child; nothing is inherited but what stands here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly timeoutMs: number;
  /** Output beyond it is dropped and `truncated` set. Default 1 MiB for each stream. */
  readonly maxOutputBytes?: number;
  /** Of output beyond the bound the first part is dropped, not the last: a long log says at its end what went wrong. */
  readonly keepsEnd?: boolean;
  /** How output becomes text. `latin1` keeps every byte as one character. Default utf8. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** `exitCode` null: killed by `signal`, or not started at all (`notFound`). */
export interface ProcessResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly notFound: boolean;
  readonly truncated: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** What the program finds at one of its descriptors from 3 on: text to read, or a pipe that it writes. */
export type ExtraDescriptor = { readonly feed: string } | 'told';

export interface StartRequest extends Omit<ProcessRequest, 'timeoutMs'> {
  readonly descriptors?: readonly ExtraDescriptor[];
  /** Called once, when a stream gives more than `maxOutputBytes`. */
  readonly onTooMuchOutput?: () => void;
  /** What it prints, on either stream, as it comes. */
  readonly onOutput?: (chunk: Uint8Array) => void;
}

export type ProcessEnd = Pick<ProcessResult, 'exitCode' | 'signal' | 'notFound'>;

/** A process that runs. It leads a process group of its own, which ends with it and with this program. */
export interface RunningProcess {
  /** Null: it could not be started. */
  readonly pid: number | null;
  /** What it has written until now. */
  stdout(): string;
  stderr(): string;
  /** What it has written to a descriptor from 3 on (at most 64 KiB). */
  told(descriptor: number): string;
  readonly truncated: boolean;
  /** Settles when it has ended and its output is read. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends the signal to its whole group. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** A process and all that it started, at one moment. */
export interface ProcessFamily {
  /** The one that was asked for first, the youngest last; cut off where `atMost` was reached. */
  readonly pids: readonly number[];
  /** What they hold together, shared pages by their share where several hold much; 0 where the list is cut off. */
  readonly memoryBytes: number;
}

/** A program of fettle's own that goes on when this one has ended. */
export interface DaemonRequest {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment; also where credentials are handed over, which are not for the command. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it prints is added to this file, which only this user can read. */
  readonly logPath: string;
}

export interface Processes {
  run(request: ProcessRequest): Promise<ProcessResult>;
  start(request: StartRequest): RunningProcess;
  /** Its process id; null: it could not be started. It leads a session of its own (setsid(2)). */
  daemon(request: DaemonRequest): Promise<number | null>;
  /** Null: no such process, or dead. Read from /proc; on other systems than Linux always null. */
  family(pid: number, atMost: number): Promise<ProcessFamily | null>;
  /** Sends a signal to one process; nothing happens where it is gone. */
  signal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void;
}
