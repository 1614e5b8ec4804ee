import type { Edit } from '../../domain/edit.ts';
import { lineEndOf } from '../requirement-text.ts';
import type { NewEntry } from './new-entry.ts';

const HEADER = /^\[tool\.uv\][ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)/m;

/**
 * A first item of `[tool.uv] constraint-dependencies`, which bounds a package that nobody asks for by name (uv, "Settings"). Null for a
 * project without that table, or with the key already: an item beside another is put there instead.
 */
export function firstUvConstraint(file: string, text: string, entry: NewEntry): Edit | null {
  const header = HEADER.exec(text);
  if (header === null || /^[ \t]*constraint-dependencies[ \t]*=/m.test(text)) return null;
  const marker = entry.condition === null ? '' : ` ; ${entry.condition.text.replaceAll('"', "'")}`;
  const lineEnd = lineEndOf(text);
  const at = header.index + header[0].length;
  const closed = /[\r\n]$/.test(header[0]);
  const frame = {
    before: `${closed ? '' : lineEnd}constraint-dependencies = [`,
    item: `"${entry.name}${entry.specifier}${marker}"`,
    between: ', ',
    after: `]${closed ? lineEnd : ''}`,
  };
  const replacement = `${frame.before}${frame.item}${frame.after}`;
  return { file, start: at, end: at, expected: '', replacement, joined: frame };
}
