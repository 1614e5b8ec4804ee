import { setImmediate } from 'node:timers/promises';

/** How long a solve may go on. */
export interface Bounds {
  /** How many versions may be chosen. */
  readonly maxDecisions?: number;
  readonly signal?: AbortSignal;
}

/** Steps between two looks at the event loop, without which no timer could ever abort the signal. */
const STEPS_PER_TURN = 512;

/** The bounds of one solve, and how much of them is used up. */
export class Budget {
  readonly #bounds: Bounds;
  #steps = 0;
  decisions = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get exhausted(): boolean {
    return this.decisions >= (this.#bounds.maxDecisions ?? Infinity);
  }

  get aborted(): boolean {
    return this.#bounds.signal?.aborted ?? false;
  }

  /** Counts a step. Null, or a promise to be awaited: it lets timers and sockets have their turn. */
  step(): Promise<void> | null {
    if (this.#bounds.signal === undefined || ++this.#steps % STEPS_PER_TURN !== 0) return null;
    return setImmediate();
  }

  /** Waits for an answer; null where the signal was aborted before it came. */
  async wait<T>(answer: Promise<T>): Promise<T | null> {
    const { signal } = this.#bounds;
    if (signal === undefined) return answer;
    return new Promise((resolve, reject) => {
      const stop = (): void => resolve(null);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }
}
