import type { Requirement } from '../../domain/requirement.ts';
import type { LineEdits } from '../line-edits.ts';
import { lineEndOf, lineStart, nextLine } from '../requirement-text.ts';
import type { NewEntry } from './new-entry.ts';

/** An item with its quotes, as offsets. */
interface Item {
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/**
 * Takes a string out of an array (TOML) or a list (Python): with its comma, and with its line and the comment on it where it stands on
 * one of its own. A comma that is left before the closing bracket is right in both.
 */
export function removeItem(text: string, requirement: Requirement): LineEdits {
  const item = itemAt(text, requirement);
  if (item === null) return 'it is not a plain string, so it is not taken out by machine';
  const { file } = requirement.span;
  const comma = /^[ \t]*,/.exec(text.slice(item.end))?.[0].length ?? 0;
  const end = item.end + comma;
  const rest = /^[ \t]*(#[^\r\n]*)?(\r\n|\n|\r|$)/.exec(text.slice(end));
  const from = lineStart(text, item.start);
  const isAlone = rest !== null && text.slice(from, item.start).trim() === '';
  const start = isAlone ? from : item.start;
  const to = isAlone ? nextLine(text, end) : end + /^[ \t]*/.exec(text.slice(end))![0].length;
  return [{ file, start, end: to, expected: text.slice(start, to), replacement: '' }];
}

/** Puts a string after another of the same array or list, in its layout: on a line of its own, or behind it. */
export function addItem(text: string, beside: Requirement, entry: NewEntry): LineEdits {
  const item = itemAt(text, beside);
  if (item === null) return `${beside.id} is not a plain string, so nothing is put beside it by machine`;
  const written = itemText(entry, item.quote);
  const { file } = beside.span;
  const comma = /^[ \t]*,/.exec(text.slice(item.end))?.[0].length ?? 0;
  const from = lineStart(text, item.start);
  const indent = text.slice(from, item.start);
  const rest = /^[ \t]*(#[^\r\n]*)?(?=\r\n|\n|\r)/.exec(text.slice(item.end + comma));
  if (indent.trim() !== '' || rest === null) {
    const added = `, ${item.quote}${written}${item.quote}`;
    return [{ file, start: item.end, end: item.end, expected: '', replacement: added }];
  }
  const line = `${lineEndOf(text)}${indent}${item.quote}${written}${item.quote}`;
  const lineEnd = item.end + comma + rest[0].length;
  const after = comma > 0 ? `${line},` : line;
  const edits = [{ file, start: lineEnd, end: lineEnd, expected: '', replacement: after }];
  return comma > 0
    ? edits
    : [{ file, start: item.end, end: item.end, expected: '', replacement: ',' }, ...edits];
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
  return { start: span.start - 1, end: span.end + 1, quote };
}
