import type { PackageName } from '../../../domain/package-name.ts';
import type { SyntaxProblem } from '../ecosystem.ts';
import { quoted } from './syntax-problem.ts';

const LONGEST_NAME = 256;
const VALID = /^(?:[a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9])$/i;
const ALREADY_NORMAL = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** PEP 503: runs of `-`, `_` and `.` become one `-`, letters become small. The text is not checked. */
export function normalizeName(text: string): PackageName {
  const normal = ALREADY_NORMAL.test(text) ? text : text.replace(/[-_.]+/g, '-').toLowerCase();
  return normal as PackageName;
}

/** A distribution's name, checked by PEP 508 ("Names") and normalised by PEP 503. Extras follow the same rule (PEP 685). */
export function parseName(text: string): PackageName | SyntaxProblem {
  if (text.length <= LONGEST_NAME && VALID.test(text)) return normalizeName(text);
  const start = firstWrong(text);
  const found = start < text.length ? quoted(text.slice(start, start + 1)) : 'the end';
  const message =
    text.length > LONGEST_NAME
      ? `expected a name of at most ${LONGEST_NAME} characters, found ${text.length}`
      : `expected a name of letters, digits, "-", "_" and "." that begins and ends with a letter or digit, found ${found}`;
  return { kind: 'syntax-problem', message, start, end: Math.min(start + 1, text.length) };
}

/** Offset of the character that makes a name invalid: a foreign one, or a separator at either end. */
function firstWrong(text: string): number {
  if (text.length > LONGEST_NAME) return LONGEST_NAME;
  const foreign = text.search(/[^a-z0-9._-]/i);
  if (foreign !== -1) return foreign;
  return /^[._-]/.test(text) || text === '' ? 0 : text.length - 1;
}
