import { parseToml } from '../../io/parse-toml.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { LineEdits } from '../line-edits.ts';
import { lineEndOf } from '../requirement-text.ts';
import { isOpenEnd, lineFrom, lineAfter } from './file-lines.ts';
import type { NewEntry } from './new-entry.ts';

/** Takes a key with its value out of a table (Poetry's and the Pipfile's): its lines, where nothing else stands on them. */
export function removeKey(text: string, requirement: Requirement): LineEdits {
  const { span } = requirement;
  const start = lineFrom(text, span.start);
  const end = lineAfter(text, span.end);
  const around = `${text.slice(start, span.start)}${text.slice(span.end, end)}`;
  if (!/^[ \t]*(#[^\r\n]*)?[\r\n]*$/.test(around))
    return 'it stands within another value, which is not taken apart';
  if (!isOneStatement(text.slice(span.start, span.end)))
    return 'what belongs to it stands in several places, which are not taken apart';
  return [{ file: span.file, start, end, expected: text.slice(start, end), replacement: '' }];
}

/** Puts a key after another of the same table, on a line of its own. */
export function addKey(text: string, beside: Requirement, entry: NewEntry): LineEdits {
  const { span } = beside;
  const from = lineFrom(text, span.start);
  const indent = text.slice(from, span.start);
  // A sub-table is no place to put a key of its parent's behind.
  if (indent.trim() !== '' || text[span.start] === '[')
    return `${beside.id} is written in a way beside which no key is put by machine`;
  const written = new RegExp(`^[ \\t]*["']?${entry.name.replaceAll('.', '\\.')}["']?[ \\t]*=`, 'm');
  if (written.test(text)) return `${span.file} has a key ${entry.name} already`;
  const end = lineAfter(text, span.end);
  const lineEnd = lineEndOf(text);
  const open = isOpenEnd(text, end);
  const line = `${indent}${keyText(entry)}`;
  const replacement = open ? `${lineEnd}${line}` : `${line}${lineEnd}`;
  return [{ file: span.file, start: end, end, expected: '', replacement }];
}

/** Whether a part of a TOML file is one key with its value, or one table with its own keys. */
function isOneStatement(part: string): boolean {
  try {
    return parseToml(part).body[0].body.length === 1;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function keyText({ name, specifier, condition }: NewEntry): string {
  if (condition === null) return `${name} = "${specifier}"`;
  return `${name} = {version = "${specifier}", markers = "${condition.text.replaceAll('"', "'")}"}`;
}
