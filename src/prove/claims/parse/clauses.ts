import { part } from './words.ts';
import type { Span, Words } from './words.ts';

/** A part of a sentence that says one thing, with the sentence that decides whether it is said as a fact. */
export interface Clause {
  readonly words: Words;
  /** Between full stops and semicolons. */
  readonly sentence: string;
  /** The first of its sentence. */
  readonly first: boolean;
}

/** No sentence is longer; what is, is taken apart so that no pattern ever meets more. */
const LONGEST = 2000;

const SENTENCE_END = /[.!?]["')\]]*(?=\s|$)|;/g;
const ABBREVIATION = /(?:\b(?:e\.g|i\.e|vs|approx|incl|resp|no|etc|ca|cf|St)|\b[A-Z])\.$/;
/** Where another thing begins to be said. */
const CLAUSE_START =
  /,? \b(?:which|because|since|although|though|whereas|while|but|hence|so)\b|, (?:and |or )?(?=(?:it|they|we|this|that|thought)\b)/g;

/** The sentences of a text, up to full stops, semicolons, exclamation and question marks. */
export function sentences(words: Words): readonly Words[] {
  return cut(
    words,
    [...words.text.matchAll(SENTENCE_END)].flatMap((end) => endOf(words.text, end)),
  );
}

function endOf(text: string, { index, 0: sign }: RegExpExecArray): readonly number[] {
  const at = index + sign.length;
  return ABBREVIATION.test(text.slice(Math.max(0, at - 8), at)) ? [] : [at];
}

function cut(words: Words, ends: readonly number[]): readonly Words[] {
  const pieces: Words[] = [];
  let from = 0;
  for (const end of [...ends, words.text.length]) {
    for (; end - from > LONGEST; from += LONGEST) pieces.push(part(words, from, from + LONGEST));
    pieces.push(part(words, from, end));
    from = end;
  }
  return pieces.filter(({ text }) => text !== '');
}

/** The clauses of a text, in order. */
export function clauses(words: Words): readonly Clause[] {
  return sentences(words).flatMap((sentence) => {
    const starts = [...sentence.text.matchAll(CLAUSE_START)]
      .map(({ index }) => index)
      .filter((index) => index > 0 && !inBrackets(sentence.text, index));
    return cut(sentence, starts).map((clause, at) => ({
      words: clause,
      sentence: sentence.text,
      first: at === 0,
    }));
  });
}

function inBrackets(text: string, index: number): boolean {
  const before = text.slice(0, index);
  return before.lastIndexOf('(') > before.lastIndexOf(')');
}

/** What stands in round brackets, without them. */
export function bracketsIn(text: string): readonly Span[] {
  return [...text.matchAll(/\(([^()]{1,300})\)/g)].map(({ index, 1: inside }) => ({
    start: index + 1,
    end: index + 1 + inside!.length,
  }));
}
