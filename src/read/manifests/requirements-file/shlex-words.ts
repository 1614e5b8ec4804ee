import { LogicalText } from '../logical-text.ts';
import type { Piece } from '../logical-text.ts';

/** A quote without its end, or a backslash without its character, at `start` to `end` of the text that was split. */
export interface UnclosedQuote {
  readonly kind: 'unclosed-quote';
  readonly start: number;
  readonly end: number;
}

const QUOTED = 'it is put together by quotes';

/** Splits as Python's `shlex.split` does in POSIX mode: quotes, backslashes, no variables and no operators. */
export function shlexWords(text: LogicalText): readonly LogicalText[] | UnclosedQuote {
  const words: LogicalText[] = [];
  const source = text.text;
  for (let at = 0; at < source.length;) {
    if (/[ \t\r\n]/.test(source[at]!)) {
      at++;
      continue;
    }
    const word = wordAt(text, at);
    if ('kind' in word) return word;
    const place = text.range(at, word.end);
    words.push(
      new LogicalText(
        word.pieces.length > 0 ? word.pieces : [{ ...place, text: '', changed: QUOTED }],
        QUOTED,
      ),
    );
    at = word.end;
  }
  return words;
}

function wordAt(text: LogicalText, start: number): { pieces: Piece[]; end: number } | UnclosedQuote {
  const source = text.text;
  const pieces: Piece[] = [];
  let at = start;
  while (at < source.length && !/[ \t\r\n]/.test(source[at]!)) {
    const character = source[at]!;
    const open = character === '"' || character === "'" ? character : null;
    const end = open
      ? closingQuote(source, at)
      : character === '\\'
        ? escapedEnd(source, at)
        : plainEnd(source, at);
    if (end === -1) return { kind: 'unclosed-quote', start: at, end: source.length };
    if (open === '"') pieces.push(...doubleQuoted(text, at + 1, end - 1));
    else if (open) pieces.push(...text.part(at + 1, end - 1).pieces);
    else pieces.push(...text.part(character === '\\' ? at + 1 : at, end).pieces);
    at = end;
  }
  return { pieces, end: at };
}

/** After the character that a backslash escapes, or -1 where none follows. */
function escapedEnd(source: string, at: number): number {
  return at + 1 < source.length ? at + 2 : -1;
}

function plainEnd(source: string, start: number): number {
  let end = start;
  while (end < source.length && !/[ \t\r\n"'\\]/.test(source[end]!)) end++;
  return end;
}

/** After the quote that closes the one at `open`, or -1. */
function closingQuote(source: string, open: number): number {
  for (let at = open + 1; at < source.length; at++) {
    if (source[at] === source[open]) return at + 1;
    if (source[at] === '\\' && source[open] === '"') at++;
  }
  return -1;
}

/** Inside double quotes a backslash escapes the quote and itself only. */
function doubleQuoted(text: LogicalText, start: number, end: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = start;
  for (let at = start; at < end; at++) {
    if (text.text[at] !== '\\' || !/["\\]/.test(text.text[at + 1] ?? '')) continue;
    pieces.push(...text.part(from, at).pieces);
    from = ++at;
  }
  return [...pieces, ...text.part(from, end).pieces];
}
