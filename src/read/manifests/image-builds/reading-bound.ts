import type { Lookup } from '../dockerfile/variables.ts';

/** Eight times the longest file that is read; files of people come to a small part of it. */
const MOST = 4 * 1024 * 1024;

class TooMuchToRead extends Error {}

/**
 * How much of one file is read, in characters and entries, each as often as it is named: aliases, matrices and variables of
 * a small file multiply one another.
 */
export class ReadingBound {
  #left = MOST;

  get isExceeded(): boolean {
    return this.#left < 0;
  }

  /** What `read` comes to, or `otherwise` where it takes too much. */
  within<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof TooMuchToRead) return otherwise;
      throw error;
    }
  }

  /** Said before `count` more are read, within `within`. */
  take(count: number): void {
    this.#left -= count;
    if (this.isExceeded) throw new TooMuchToRead();
  }

  /** What `lookup` gives is read each time. */
  taking(lookup: Lookup): Lookup {
    return (name) => {
      const value = lookup(name);
      this.take(value?.length ?? 0);
      return value;
    };
  }
}
