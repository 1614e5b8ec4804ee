import type { Edit, Surroundings } from '../../domain/edit.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { LineEdits } from '../line-edits.ts';
import { lineEndOf } from '../requirement-text.ts';
import { enclosingBracket } from './enclosing-bracket.ts';
import { lineAfter, lineFrom } from './file-lines.ts';
import type { NewEntry } from './new-entry.ts';

/** An item with its quotes, as offsets. */
interface Item {
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/** Strings of an array are put one behind the other, each with its comma. */
const IN_ONE_LINE: Surroundings = { before: '', between: '', after: '' };

/**
 * Takes a string out of an array (TOML) or a list (Python): with its comma, and with its line and the comment on it where it stands on
 * one of its own. A comma that is left before the closing bracket is right in both.
 */
export function removeItem(text: string, requirement: Requirement): LineEdits {
  const item = itemAt(text, requirement);
  if (item === null) return 'it is not a plain string of a list, so it is not taken out by machine';
  const { file } = requirement.span;
  const after = text.slice(item.end);
  const remove = (start: number, end: number): LineEdits => [
    { file, start, end, expected: text.slice(start, end), replacement: '' },
  ];
  const comma = /^[ \t]*,/.exec(after)?.[0].length ?? 0;
  if (comma === 0) {
    if (LATER_COMMA.test(after)) return 'a comment stands between it and its comma';
    const nextComma = NEXT_COMMA.exec(after);
    if (nextComma) return remove(item.start, item.end + nextComma[0].length);
  }
  const end = item.end + comma;
  const rest = /^[ \t]*(#[^\r\n]*)?(\r\n|\n|\r|$)/.exec(text.slice(end));
  const from = lineFrom(text, item.start);
  const isAlone = rest !== null && text.slice(from, item.start).trim() === '';
  if (isAlone) return remove(from, lineAfter(text, end));
  // The last of one line leaves no comma.
  const lead =
    comma === 0 && /^[ \t]*\]/.test(after)
      ? (/,[ \t]*$/.exec(text.slice(from, item.start))?.[0].length ?? 0)
      : 0;
  if (lead > 0) return remove(item.start - lead, item.end);
  return remove(item.start, end + /^[ \t]*/.exec(text.slice(end))![0].length);
}

/** A comma at the start of the next line, with the blanks after it; behind a comment it is not this string's alone. */
const NEXT_COMMA = /^\s*,[ \t]*/;
const LATER_COMMA = /^\s*(?:#[^\r\n]*[\r\n]\s*)+,/;

/** Puts a string after another of the same array or list, in its layout: on a line of its own, or behind it. */
export function addItem(text: string, beside: Requirement, entry: NewEntry): LineEdits {
  const item = itemAt(text, beside);
  if (item === null)
    return `${beside.id} is not a plain string of a list, so nothing is put beside it by machine`;
  const written = itemText(entry, item.quote);
  const { file } = beside.span;
  const comma = /^[ \t]*,/.exec(text.slice(item.end))?.[0].length ?? 0;
  const from = lineFrom(text, item.start);
  const indent = text.slice(from, item.start);
  const rest = /^[ \t]*(#[^\r\n]*)?(?=\r\n|\n|\r)/.exec(text.slice(item.end + comma));
  const insert = (at: number, replacement: string): Edit => ({
    ...{ file, start: at, end: at, expected: '', replacement },
    among: IN_ONE_LINE,
  });
  if (comma === 0 && (NEXT_COMMA.test(text.slice(item.end)) || LATER_COMMA.test(text.slice(item.end))))
    return `the comma of ${beside.id} stands on another line: write them behind the items first`;
  if (indent.trim() !== '' || rest === null)
    return [insert(item.end, `, ${item.quote}${written}${item.quote}`)];
  const line = insert(
    item.end + comma + rest[0].length,
    `${lineEndOf(text)}${indent}${item.quote}${written}${item.quote},`,
  );
  // The comma of a last string that had none, once for all that are put behind it.
  return comma > 0 ? [line] : [insert(item.end, ','), line];
}

/** The marker's own quotes give way to those of the string. */
function itemText({ name, specifier, condition }: NewEntry, quote: string): string {
  const inner = quote === '"' ? "'" : '"';
  const marker = condition === null ? '' : ` ; ${condition.text.replaceAll(quote, inner)}`;
  return `${name}${specifier}${marker}`;
}

function itemAt(text: string, { span }: Requirement): Item | null {
  const quote = text[span.start - 1] ?? '';
  if (!/^["']$/.test(quote) || text[span.end] !== quote) return null;
  // A string of three quotes has others beside them.
  if (text[span.start - 2] === quote || text[span.end + 1] === quote) return null;
  // Elsewhere (an argument, a tuple, a value of a dict) a string more or less is something else.
  if (enclosingBracket(text, span.start - 1) !== '[') return null;
  return { start: span.start - 1, end: span.end + 1, quote };
}
