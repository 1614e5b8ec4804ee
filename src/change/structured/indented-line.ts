import type { Requirement } from '../../domain/requirement.ts';
import type { LineEdits } from '../line-edits.ts';
import { lineEndOf } from '../requirement-text.ts';
import { isOpenEnd, lineFrom, lineAfter } from './file-lines.ts';
import type { NewEntry } from './new-entry.ts';

/** Takes a line out of a value that goes on over indented lines (setup.cfg). */
export function removeIndented(text: string, requirement: Requirement): LineEdits {
  const { span } = requirement;
  const start = lineFrom(text, span.start);
  const end = lineAfter(text, span.end);
  if (!isAlone(text, requirement)) return 'it stands on the line of its key, which is not taken apart';
  return [{ file: span.file, start, end, expected: text.slice(start, end), replacement: '' }];
}

/** Puts a line after another of the same value, with its indentation. */
export function addIndented(text: string, beside: Requirement, entry: NewEntry): LineEdits {
  const { span } = beside;
  if (!isAlone(text, beside))
    return `${beside.id} stands on the line of its key: write each on its own first`;
  const end = lineAfter(text, span.end);
  const indent = text.slice(lineFrom(text, span.start), span.start);
  const marker = entry.condition === null ? '' : ` ; ${entry.condition.text}`;
  const line = `${indent}${entry.name}${entry.specifier}${marker}`;
  const open = isOpenEnd(text, end);
  const replacement = open ? `${lineEndOf(text)}${line}` : `${line}${lineEndOf(text)}`;
  return [{ file: span.file, start: end, end, expected: '', replacement }];
}

/** An indented line of its own: what stands before it is blank and there is some of it. */
function isAlone(text: string, { span }: Requirement): boolean {
  return /^[ \t]+$/.test(text.slice(lineFrom(text, span.start), span.start));
}
