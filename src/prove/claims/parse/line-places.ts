import type { Claim } from '../../../domain/claim.ts';
import type { Found } from './found.ts';
import type { Words } from './words.ts';

const LONGEST_TEXT = 300;

/** Finds lines and columns of what was read. */
export class LinePlaces {
  readonly #starts: readonly number[];

  constructor(source: string) {
    this.#starts = [0, ...[...source.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
  }

  /** Where a claim stands: the line of the word that it stands at, from its first character there to its last; and its clause's words. */
  of({ found, words }: { readonly found: Found; readonly words: Words }): Pick<Claim, 'at' | 'text'> {
    const start = words.at[Math.min(found.start, words.at.length - 1)] ?? 0;
    const line = this.#lineOf(start);
    const from = this.#starts[line - 1]!;
    const next = this.#starts[line] ?? Infinity;
    let last = start;
    for (let at = found.start; at < Math.min(found.end, words.at.length); at += 1)
      if (words.at[at]! < next) last = Math.max(last, words.at[at]!);
    const text = words.text.length > LONGEST_TEXT ? `${words.text.slice(0, LONGEST_TEXT)} …` : words.text;
    return { at: { line, column: start - from, endColumn: last + 1 - from }, text };
  }

  #lineOf(offset: number): number {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}
