import type { Requirement } from '../../domain/requirement.ts';
import type { LineEdits } from '../line-edits.ts';
import { lineEndOf } from '../requirement-text.ts';
import { enclosingBracket } from './enclosing-bracket.ts';
import { lineFrom, lineAfter } from './file-lines.ts';
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
  if (item === null) return 'it is not a plain string of a list, so it is not taken out by machine';
  const { file } = requirement.span;
  const comma = /^(?:[ \t\r\n]|#[^\r\n]*)*,/.exec(text.slice(item.end))?.[0].length ?? 0;
  const end = item.end + comma;
  const rest = /^[ \t]*(#[^\r\n]*)?(\r\n|\n|\r|$)/.exec(text.slice(end));
  const from = lineFrom(text, item.start);
  const isAlone = rest !== null && text.slice(from, item.start).trim() === '';
  const start = isAlone ? from : item.start;
  const to = isAlone ? lineAfter(text, end) : end + /^[ \t]*/.exec(text.slice(end))![0].length;
  return [{ file, start, end: to, expected: text.slice(start, to), replacement: '' }];
}

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
  if (indent.trim() !== '' || rest === null) {
    const quoted = `${item.quote}${written}${item.quote}`;
    const frame = { before: ', ', item: quoted, between: ', ', after: '' };
    const at = { file, start: item.end, end: item.end, expected: '' };
    return [{ ...at, replacement: `, ${quoted}`, joined: frame }];
  }
  const between = `${comma > 0 ? '' : ','}${lineEndOf(text)}${indent}`;
  const lineEnd = item.end + comma + rest[0].length;
  const quoted = `${item.quote}${written}${item.quote}`;
  const at = { file, start: lineEnd, end: lineEnd, expected: '' };
  const frame = {
    before: `${lineEndOf(text)}${indent}`,
    item: comma > 0 ? `${quoted},` : quoted,
    between,
    after: '',
  };
  const added = { ...at, replacement: `${frame.before}${frame.item}`, joined: frame };
  return comma > 0
    ? [added]
    : [{ file, start: item.end, end: item.end, expected: '', replacement: ',' }, added];
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
