/** Bounds of one run of foreign code. */
export interface Limits {
  /** Wall clock; Infinity: as long as it likes. */
  readonly timeMs: number;
  /** Of all its processes together; beyond it all of them are killed. */
  readonly memoryBytes: number;
  /** Of each output stream; beyond it the run is ended. */
  readonly outputBytes: number;
  /** Of `/tmp` and the home folder, which are its only own places to write. */
  readonly scratchBytes: number;
  readonly processes: number;
}

export interface SandboxRequest {
  /** Program and arguments; never a shell line. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment; HOME and TMPDIR are set by the sandbox. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute paths seen at their own place, read-only, beside the system's own. Nothing else of the machine is seen. */
  readonly readable: readonly string[];
  /** Absolute paths that may be written; they belong to fettle and are looked at with suspicion afterwards. */
  readonly writable?: readonly string[];
  /**
   * A folder that is the whole file system, instead of the machine's own: the unpacked image of a service. It is written, and belongs to
   * nobody afterwards.
   */
  readonly root?: string;
  /** The root is only read: it may be shared. `/tmp`, `/run` and `/var/tmp` are memory. */
  readonly readOnlyRoot?: boolean;
  /** The machine's own network is seen, with all that it reaches; else there is a loopback of its own. Default false. */
  readonly network?: boolean;
  /** Takes what it prints, without an end; of it only the last is kept, and there is no limit of output. */
  readonly onOutput?: (chunk: Uint8Array) => void;
  /** A folder that is copied into the scratch space, and which the run starts in; null: it starts in an empty one. */
  readonly workingCopy?: { readonly from: string; readonly at: string } | null;
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly limits: Limits;
}

/** How a run ended: by itself, or by a limit. */
export type SandboxEnding =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'limit'; readonly limit: 'time' | 'memory' | 'output' | 'processes' }
  | { readonly kind: 'not-started'; readonly why: string };

export interface SandboxResult {
  readonly ending: SandboxEnding;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** The most that all its processes held at once, in bytes (see `processFamily`); null where it was not measured. */
  readonly peakMemoryBytes: number | null;
}

/** A run that goes on: a server, which listens on a port of its own loopback. */
export interface SandboxedService {
  /** Runs a program beside it, in the same namespaces: it reaches the service on 127.0.0.1. */
  beside(command: readonly [string, ...string[]], timeMs: number, input?: string): Promise<SandboxResult>;
  /** Its first process as it is numbered outside, whose namespaces are its own; null where it is gone. */
  pid(): number | null;
  /** Settles when it ends by itself or by a limit. */
  readonly ended: Promise<SandboxResult>;
  /** Ends it (SIGTERM, then SIGKILL after `graceMs`) and gives what is known of it. */
  stop(graceMs: number): Promise<SandboxResult>;
}

/** Where foreign code is run. */
export interface Sandbox {
  /** What holds of every run, in words: "no network", "own user, process and mount namespaces (bubblewrap 0.8.0)". */
  readonly limitsInForce: readonly string[];
  /** Programs that make it, with their versions. */
  readonly versions: Readonly<Record<string, string>>;
  run(request: SandboxRequest): Promise<SandboxResult>;
  start(request: SandboxRequest): Promise<SandboxedService>;
}

/** Nothing foreign is run on this machine, and why. */
export interface NoSandbox {
  readonly kind: 'no-sandbox';
  readonly why: string;
  readonly hint: string;
}
