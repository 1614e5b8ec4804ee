/** One run of a real tool or program, as a later reader can judge it. Nothing in it holds a credential. */
export interface Check {
  /** Program and arguments, credentials masked; empty where nothing was run. */
  readonly command: readonly string[];
  /** Null: it was killed, or it did not start. */
  readonly exitCode: number | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** What took part, by name: "uv" 0.9.1, "CPython" 3.11.7, "bubblewrap" 0.8.0. */
  readonly versions: Readonly<Record<string, string>>;
  /** What it was about, by name: a lock, a wheel, an image; "sha256:…". */
  readonly digests: Readonly<Record<string, string>>;
  /** Limits that were in force: "no network", "memory 4 GiB (by PSS)". */
  readonly limits: readonly string[];
  /** The last lines that it printed. */
  readonly output: string;
}
