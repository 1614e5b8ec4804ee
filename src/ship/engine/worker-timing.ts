/** How workers watch each other. All in milliseconds. */
export interface WorkerTiming {
  /** How often a worker says that it lives. */
  readonly beatMs: number;
  /** One that was silent for so long has lost its slot. */
  readonly silentMs: number;
  /** How often a worker looks for runs of dead ones. */
  readonly recoverMs: number;
  /** How often a worker looks into the queues. */
  readonly queueMs: number;
  /** How long a worker that stops waits for the steps that it is at. */
  readonly graceMs: number;
}

export const USUAL_TIMING: WorkerTiming = {
  beatMs: 3_000,
  silentMs: 30_000,
  recoverMs: 5_000,
  queueMs: 300,
  graceMs: 10_000,
};
