import type { Edit } from '../domain/edit.ts';
import type { Requirement } from '../domain/requirement.ts';
import { hashEdit } from './hash-lines.ts';
import {
  blanksBefore,
  endsInBackslash,
  lineEndBefore,
  lineStart,
  nextLine,
  nextLogicalLine,
} from './requirement-text.ts';

/** Edits, or one sentence telling why there can be none. */
export type LineEdits = readonly Edit[] | string;

/** Where a requirement stands. */
export interface Place {
  readonly text: string;
  /** It is a word of a command (`RUN pip install a==1 b==2`) rather than a line of its own. */
  readonly inCommand: boolean;
  /** All requirements of the same file. */
  readonly neighbours: readonly Requirement[];
}

/**
 * A requirement moved to another specifier, and to the hashes of its new version where it has any (null: none to
 * write). Extras, condition, comment and continuation stay: only the specifier and the hash options are touched.
 */
export function moveLine(
  place: Place,
  requirement: Requirement,
  specifier: string,
  hashes: readonly string[] | null,
): LineEdits {
  const { text } = place;
  const { file, start, end } = requirement.specifierSpan;
  const expected = text.slice(start, end);
  const inParentheses = expected.startsWith('(') && expected.endsWith(')');
  const replacement = inParentheses ? `(${specifier})` : specifier;
  if (place.inCommand && /[<>|&; ()*!]/.test(replacement) && quoteAround(text, requirement) === '')
    return inQuotes(text, requirement, replacement);
  const stays = specifier === requirement.dependency.specifier.text;
  const moved = stays ? [] : [{ file, start, end, expected, replacement }];
  if (hashes === null) return moved;
  const hashed = hashEdit(text, requirement, hashes);
  return typeof hashed === 'string' ? hashed : hashed === null ? moved : [...moved, hashed];
}

/** The word of a command with its new specifier, in quotes: a shell takes `>` for a redirection. */
function inQuotes(text: string, { span, specifierSpan }: Requirement, specifier: string): LineEdits {
  const expected = text.slice(span.start, span.end);
  const word =
    text.slice(span.start, specifierSpan.start) + specifier + text.slice(specifierSpan.end, span.end);
  if (/["'\\$`]/.test(word) || inOpenQuotes(text, span.start))
    return `the shell would not take "${specifier}" as it stands; put the requirement in quotes`;
  return [{ file: span.file, start: span.start, end: span.end, expected, replacement: `"${word}"` }];
}

/** In the script of a shell within the shell, and in that of an array, which more quotes would end. */
function inOpenQuotes(text: string, offset: number): boolean {
  let open = '';
  for (let at = startOfCommand(text, offset); at < offset; at++) {
    const character = text[at]!;
    if (character === '\\' && open !== "'") at++;
    else if (open === '' && /["']/.test(character)) open = character;
    else if (character === open) open = '';
  }
  return open !== '';
}

/**
 * A requirement taken out: its whole line with what continues it and with the `# via` lines that belong to it, or, of
 * several on the line of a command, the word alone. A missing final newline stays missing.
 */
export function removeLine(place: Place, requirement: Requirement): LineEdits {
  if (place.inCommand) return removeWord(place, requirement);
  const { text } = place;
  const { file } = requirement.span;
  let start = lineStart(text, requirement.span.start);
  const end = afterAnnotation(text, nextLogicalLine(text, lastOffset(requirement)));
  if (end === text.length && lineEndBefore(text, end) === '') start -= lineEndBefore(text, start).length;
  return [{ file, start, end, expected: text.slice(start, end), replacement: '' }];
}

function quoteAround(text: string, requirement: Requirement): string {
  const [before, after] = [text[requirement.span.start - 1], text[requirement.span.end]];
  return before !== undefined && before === after && /["']/.test(before) ? before : '';
}

function removeWord({ text, neighbours }: Place, requirement: Requirement): LineEdits {
  const quote = quoteAround(text, requirement).length;
  const end = requirement.span.end + quote;
  const start = blanksBefore(text, requirement.span.start - quote);
  const from = startOfCommand(text, start);
  const to = nextLogicalLine(text, end);
  const others = neighbours.some(
    (one) => one.id !== requirement.id && one.span.start >= from && one.span.start < to,
  );
  if (!others) return 'it is the only package of its command';
  if (/[,[]/.test(text[start - 1] ?? '')) return 'it is an item of a list, which is not taken apart';
  return [{ file: requirement.span.file, start, end, expected: text.slice(start, end), replacement: '' }];
}

/** First line of those that backslashes join to the line of `offset`. */
function startOfCommand(text: string, offset: number): number {
  let start = lineStart(text, offset);
  while (endsInBackslash(text, start)) start = lineStart(text, start - lineEndBefore(text, start).length);
  return start;
}

function lastOffset(requirement: Requirement): number {
  return Math.max(requirement.span.end, ...requirement.hashes.map((hash) => hash.span.end));
}

/** pip-compile and uv write below a pin, indented, who asks for it. */
function afterAnnotation(text: string, offset: number): number {
  let end = offset;
  if (!/^[ \t]+# via\b/.test(text.slice(end, end + 200))) return end;
  do end = nextLine(text, end);
  while (end < text.length && /^[ \t]+#[ \t]{2,}\S/.test(text.slice(end, end + 200)));
  return end;
}
