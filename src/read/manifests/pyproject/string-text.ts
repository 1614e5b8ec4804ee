import { LogicalText } from '../logical-text.ts';
import type { SourceText } from '../source-text.ts';
import type { LocatedString } from './located-toml.ts';

/**
 * What a TOML string says, at its place between the quotes. It can be edited there where the file has its words as they are:
 * no escape, no continued line.
 */
export function textOf(source: SourceText, string: LocatedString): LogicalText {
  const { start, end } = string.place;
  const width = /^("""|''')/.test(source.text.slice(start, start + 3)) ? 3 : 1;
  const from = start + width + (width === 3 ? firstLineEnd(source.text, start + width) : 0);
  const to = end - width;
  if (source.text.slice(from, to) === string.value) return LogicalText.verbatim(source.text, from, to);
  const changed = 'it is written with escapes';
  return new LogicalText([{ text: string.value, start: from, end: to, changed }], '');
}

/** TOML, "String": a line end right after the opening quotes of a multi-line string is no part of it. */
function firstLineEnd(text: string, at: number): number {
  if (text.startsWith('\r\n', at)) return 2;
  return text[at] === '\n' ? 1 : 0;
}
