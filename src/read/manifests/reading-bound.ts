import type { Lookup } from './dockerfile/variables.ts';

/** Eight times the longest file that says how images are built; files of people come to a small part of it. */
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

  /** Asked before `count` more are read. */
  allows(count: number): boolean {
    this.#left -= count;
    return !this.isExceeded;
  }

  /** The same, within `within`, which is left where it is too much. */
  take(count: number): void {
    if (!this.allows(count)) throw new TooMuchToRead();
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

  /** What `lookup` gives is taken each time. */
  taking(lookup: Lookup): Lookup {
    return (name) => {
      const value = lookup(name);
      this.take(value?.length ?? 0);
      return value;
    };
  }

  /** An empty one past the bound. */
  copyOf(variables: ReadonlyMap<string, string> | undefined): Map<string, string> {
    return new Map(this.allows(variables?.size ?? 0) ? variables : []);
  }

  /** Past the bound nothing is known. */
  allowing(lookup: Lookup): Lookup {
    return (name) => {
      const value = lookup(name);
      return this.allows(value?.length ?? 0) ? value : undefined;
    };
  }
}
