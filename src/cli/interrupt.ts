import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

/** What of the process is needed here. */
export interface InterruptibleProcess {
  on(signal: Signal, listener: (signal: Signal) => void): unknown;
  off(signal: Signal, listener: (signal: Signal) => void): unknown;
  exit(code: number): unknown;
}

/**
 * Ends the command on Ctrl-C with 128 and the signal's number, as shells do. A write that is under way is finished first, so that
 * files are as they were or as planned; a second Ctrl-C does not wait.
 */
export class Interrupts {
  readonly #process: InterruptibleProcess;
  readonly #tell: (message: string) => void;
  readonly #listener = (signal: Signal): void => this.#interrupted(signal);
  #writing: Promise<unknown> | null = null;
  #wrote = false;
  #waiting = false;

  constructor(process: InterruptibleProcess, tell: (message: string) => void) {
    this.#process = process;
    this.#tell = tell;
    for (const signal of SIGNALS) process.on(signal, this.#listener);
  }

  /** A write that must not be cut off. */
  during(writing: Promise<unknown>): void {
    const done = (wrote: boolean) => (): void => {
      this.#writing = null;
      this.#wrote ||= wrote;
    };
    this.#writing = writing.then(done(true), done(false));
  }

  stop(): void {
    for (const signal of SIGNALS) this.#process.off(signal, this.#listener);
  }

  #interrupted(signal: Signal): void {
    const code = 128 + constants.signals[signal];
    if (this.#writing === null || this.#waiting) return this.#end(code);
    this.#waiting = true;
    this.#tell('interrupted: finishing the write');
    void this.#writing.then(() => this.#end(code));
  }

  #end(code: number): void {
    if (this.#writing !== null)
      this.#tell('interrupted while files were written: the next fettle fix or undo mends that');
    else if (this.#wrote) this.#tell('interrupted after the files were written: fettle undo takes that back');
    else this.#tell('interrupted: nothing was written');
    this.#process.exit(code);
  }
}
