/** A parser under test, with its promises. */
export interface FuzzTarget {
  /** Names its folder in `corpus/`. */
  readonly name: string;
  /** Inputs that mutation begins with: texts, bytes, or `{ path }` of a file of the checkout. */
  readonly seeds: readonly (string | Uint8Array | { readonly path: string })[];
  /** Pieces of its language, which mutation puts in. */
  readonly words?: readonly string[];
  /** Whether its work is done by processes that it starts, whose time Node cannot tell: its seconds are the clock's. */
  readonly startsProcesses?: boolean;
  /** As how many files an input is read; absent: one. What one input may take counts for each. */
  readonly files?: number;
  /**
   * Reads one input. Whatever is thrown but a `UserFacingError` is a fault, and so is a promise that is broken: `broken` says it.
   */
  read(input: Uint8Array): unknown;
}

/** What a target throws where a result is not what it promises. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function broken(promise: string, ...facts: readonly unknown[]): never {
  throw new BrokenPromise([promise, ...facts.map((fact) => JSON.stringify(fact))].join(' ').slice(0, 2_000));
}

/** As parsers of texts get it: what is no UTF-8 has become U+FFFD. */
export function asText(input: Uint8Array): string {
  return new TextDecoder().decode(input);
}
