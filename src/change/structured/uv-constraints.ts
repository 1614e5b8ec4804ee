import type { Edit } from '../../domain/edit.ts';
import { locateToml } from '../../read/manifests/pyproject/located-toml.ts';
import { tableAt } from '../../read/manifests/pyproject/toml-lookup.ts';
import { SourceText } from '../../read/manifests/source-text.ts';
import { lineEndOf } from '../requirement-text.ts';
import { isOpenEnd, lineAfter, lineFrom } from './file-lines.ts';
import type { NewEntry } from './new-entry.ts';

/** The line of a table's header up to its last key, and behind it. */
const OPENED = /^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*$/;
const CLOSED = /^[ \t]*\](?!\])/;

/**
 * First items of `[tool.uv] constraint-dependencies`, which bounds a package that nobody asks for by name (uv, "Settings"): those of one
 * plan stand in one array. Null for a project without that header, or with the key already: an item beside another is put there instead.
 */
export function firstUvConstraint(file: string, text: string, entry: NewEntry): Edit | null {
  const toml = locateToml(new SourceText({ path: file, text, digest: '' }));
  const table = 'message' in toml ? null : tableAt(toml, 'tool', 'uv');
  if (table === null || table.entries.has('constraint-dependencies')) return null;
  const { start, end } = table.place;
  if (!OPENED.test(text.slice(lineFrom(text, start), start)) || !CLOSED.test(text.slice(end))) return null;
  const marker = entry.condition === null ? '' : ` ; ${entry.condition.text.replaceAll('"', "'")}`;
  const at = lineAfter(text, end);
  const isOpen = isOpenEnd(text, at);
  const lineEnd = lineEndOf(text);
  return {
    ...{ file, start: at, end: at, expected: '', replacement: `"${entry.name}${entry.specifier}${marker}"` },
    among: {
      before: `${isOpen ? lineEnd : ''}constraint-dependencies = [`,
      between: ', ',
      after: isOpen ? ']' : `]${lineEnd}`,
    },
  };
}
