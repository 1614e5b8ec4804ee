import type { Statement } from '../../../domain/claim.ts';
import type { Lexicon } from './names.ts';
import type { Span, Words } from './words.ts';

/** A statement and the word in its clause that it stands at. */
export interface Found extends Span {
  readonly statement: Statement;
}

/** What a clause speaks of where it does not say so itself. */
export interface Subject {
  readonly package: string;
  readonly from: string | null;
  readonly to: string | null;
  /** One version alone, said of the package and of no move. */
  readonly said?: boolean;
}

/** Where a clause stands. */
export interface Place {
  readonly lexicon: Lexicon;
  /** Of the items and headings above. */
  readonly section: Subject | null;
  /** Of the sentence before in the same text, or the section's. */
  readonly subject: Subject | null;
  /** The title that stands nearest, and all of them. */
  readonly titles: readonly string[];
  readonly box: 'done' | 'open' | null;
}

/** Finds statements of its kinds in a clause that is said as a fact. */
export type StatementReader = (words: Words, place: Place) => readonly Found[];

/** The version that something is said of now: the new one. */
export function newVersion({ to }: Subject): string | null {
  return to;
}

/** The version that a weakness is said of: the old one, or the only one that the text speaks of. */
export function oldVersion({ from, to, said }: Subject): string | null {
  return from ?? (said === true ? to : null);
}
