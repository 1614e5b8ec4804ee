/** What can be kept: JSON (RFC 8259). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What a workflow does the world with. A workflow is a function that gives the same calls for the same answers: whatever is not a function of
 * its input is asked within a step. After a crash it is called again, and the steps that are recorded give what they gave.
 */
export interface RunContext {
  readonly id: string;
  /**
   * Greater than that of every execution that began before it, of any run. Not recorded: an execution that takes over a run has a new
   * one. A platform refuses writes with a smaller one than it has seen (a fencing token: Kleppmann 2016, "How to do distributed locking").
   * The first of an engine's database is the second of its making since 1970, so a lost database may be followed by an empty one.
   */
  readonly generation: number;
  /** Does the work at least once, and records what it gave; a step that was recorded is not done again. What it throws is a bug and ends the run. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** The time, recorded. */
  now(): Promise<Date>;
  sleep(ms: number): Promise<void>;
  /** The next value that was sent to this run under the name, in the order of sending; null: none within the time. Durable. */
  waitFor<T>(signal: string, timeoutMs: number): Promise<T | null>;
  /** Makes the run's state known to whoever reads it, whole, in place of the one before. */
  publish(state: unknown): Promise<void>;
  /** Runs another workflow under an id of its own, and waits for what it gives. It waits in its queue as any other. */
  child<I, O>(workflow: Workflow<I, O>, id: string, input: I, queue: QueuePlace): Promise<O>;
}

export interface Workflow<I, O> {
  readonly name: string;
  readonly run: (input: I, context: RunContext) => Promise<O>;
}

/** Runs of one queue and one partition go to work in the order of their coming, at most so many at the same time. */
export interface QueuePlace {
  readonly queue: 'service' | 'region';
  readonly partition: string;
}

export type RunStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface RunRecord {
  readonly id: string;
  readonly workflow: string;
  readonly status: RunStatus;
  readonly partition: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly input: unknown;
  /** What was published last. */
  readonly state: unknown;
  /** Why it failed, where it did: a bug. */
  readonly error: string | null;
}

/** What asks for runs and reads of them; it works at none. */
export interface Engine {
  /** Asking again with the same id changes nothing. */
  enqueue<I, O>(
    workflow: Pick<Workflow<I, O>, 'name'>,
    id: string,
    input: I,
    place: QueuePlace,
  ): Promise<void>;
  signal(id: string, signal: string, value: unknown): Promise<void>;
  /** Ends a run where its next step would begin. What it did stays done: a rollout is told to roll back instead. */
  cancel(id: string): Promise<void>;
  /** Youngest first. Children are not among them. */
  list(filter: {
    readonly workflow?: string;
    readonly partition?: string;
    readonly status?: readonly RunStatus[];
    readonly most: number;
  }): Promise<readonly RunRecord[]>;
  read(id: string): Promise<RunRecord | null>;
  /** Keeps bytes under their digest "sha256:…", for every worker. Keeping them again changes nothing. */
  keep(digest: string, bytes: Uint8Array): Promise<void>;
  kept(digest: string): Promise<Uint8Array | null>;
  /** Workers that are alive. */
  workers(): Promise<readonly { readonly slot: string; readonly machine: string; readonly since: string }[]>;
  close(): Promise<void>;
}

/** What works at runs, with those of dead workers taken over. */
export interface EngineWorker {
  readonly slot: string;
  /** Whether nothing is queued, running or waiting. */
  isIdle(): Promise<boolean>;
  /** Lets go of everything: what it was at goes on with the next worker. */
  stop(): Promise<void>;
}

/** How many runs of one partition may be at work at the same time, in each queue. */
export interface QueueLimits {
  readonly service: 1;
  readonly region: number;
}

/**
 * The number of the contract between the workflows and what they have recorded. It is raised when a workflow would make other calls
 * for the same answers; until then a run that one build of fettle began is gone on with by the next.
 */
export const CONTRACT = 1;
