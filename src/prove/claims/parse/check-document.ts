import { UserFacingError } from '../../../domain/errors.ts';

/** A long changelog has some hundred thousand characters. */
const MOST_CHARACTERS = 250_000;
/** The work on lines without an empty one between them grows with their square. */
const MOST_TOGETHER = 2_000;
const LONGEST_LINE = 5_000;
const HINT = 'give the part that speaks of the dependencies as a document of its own';
/** Levels of lists and quotations that one line opens or goes on with. */
const DEEPEST = 60;

/**
 * Refuses what no writer made, before a parser meets it: every line has its bound, so that the work is bounded as well.
 * @throws UserFacingError `too-large` or `invalid-file`.
 */
export function checkDocument(source: string): void {
  if (source.length > MOST_CHARACTERS)
    throw new UserFacingError('too-large', `the document has more than ${MOST_CHARACTERS} characters`, {
      hint: HINT,
    });
  if (source.includes('\0'))
    throw new UserFacingError('invalid-file', 'the document is no text: it holds zero bytes');
  const lines = source.split(/\r\n|\n|\r/);
  let together = 0;
  for (const [at, line] of lines.entries()) {
    together = line.trim() === '' ? 0 : together + 1;
    if (together > MOST_TOGETHER)
      throw new UserFacingError(
        'too-large',
        `line ${at + 1} of the document ends more than ${MOST_TOGETHER} lines without an empty one`,
      );
    if (line.length > LONGEST_LINE)
      throw new UserFacingError(
        'too-large',
        `line ${at + 1} of the document has more than ${LONGEST_LINE} characters`,
      );
    if (markersOf(line) > DEEPEST)
      throw new UserFacingError(
        'invalid-file',
        `line ${at + 1} of the document is nested too deeply to be read`,
      );
  }
}

function markersOf(line: string): number {
  const lead = /^[\s>*+-]*/.exec(line)![0];
  return lead.replace(/[^>*+-]/g, '').length > 0 && !/^\s*([-*])(?:\s*\1)+\s*$/.test(line)
    ? lead.replace(/[^>*+-]/g, '').length
    : Math.floor(lead.length / 100);
}
