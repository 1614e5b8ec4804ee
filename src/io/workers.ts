/**
 * Threads beside the main one, for work that is a pure function of its input: what takes long there stands in nobody's way. A
 * script is one of the build's `workers/`.
 */
export interface Workers {
  /**
   * What the script answers to `input` (plain data). `transfer`: buffers of the input that the caller gives away. Rejects with
   * what the script throws. Null where there are no threads: the caller does the work itself.
   */
  run(script: string, input: unknown, transfer: readonly ArrayBuffer[]): Promise<unknown> | null;
  /** Ends the threads; work under way is dropped. */
  close(): Promise<void>;
}

/** Every caller does its work itself: one processor, or the sources run as they are. */
export const noWorkers: Workers = { run: () => null, close: () => Promise.resolve() };
