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

export interface Processes {
  run(request: ProcessRequest): Promise<ProcessResult>;
}
