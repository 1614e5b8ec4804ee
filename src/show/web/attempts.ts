import type { Clock } from '../../io/clock.ts';

/** How often something may go wrong within a minute; what is more is refused at once, and told once. */
export class Attempts {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #most: number;
  #failures: readonly number[] = [];

  constructor(clock: Pick<Clock, 'now'>, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Counts one more. `first`: it is the one that came to be too many. */
  failed(): 'few' | 'first' | 'many' {
    const now = this.#clock.now().getTime();
    this.#failures = [...this.#failures.filter((at) => now - at < 60_000), now].slice(-this.#most - 2);
    const over = this.#failures.length - this.#most;
    return over <= 0 ? 'few' : over === 1 ? 'first' : 'many';
  }
}
