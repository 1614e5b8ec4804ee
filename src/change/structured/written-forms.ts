import type { Requirement } from '../../domain/requirement.ts';
import type { LineEdits } from '../line-edits.ts';
import { addIndented, removeIndented } from './indented-line.ts';
import type { NewEntry } from './new-entry.ts';
import { addItem, removeItem } from './quoted-item.ts';
import { addKey, removeKey } from './table-key.ts';

/** How the requirements of one kind of file are written: what takes one out, and what puts another beside it. */
export interface WrittenForm {
  remove(text: string, requirement: Requirement): LineEdits;
  add(text: string, beside: Requirement, entry: NewEntry): LineEdits;
}

const ITEMS: WrittenForm = { remove: removeItem, add: addItem };
const KEYS: WrittenForm = { remove: removeKey, add: addKey };

const PYPROJECT: WrittenForm = {
  remove: (text, requirement) => formAt(text, requirement).remove(text, requirement),
  add: (text, beside, entry) => formAt(text, beside).add(text, beside, entry),
};

/** Files whose requirements stand in a structure; all others are lines or words of commands. */
const FORMS: ReadonlyMap<string, WrittenForm> = new Map([
  ['pyproject', PYPROJECT],
  ['pipfile', KEYS],
  ['setup-py', ITEMS],
  ['setup-cfg', { remove: removeIndented, add: addIndented }],
]);

/** Null for a file of lines. */
export function writtenForm(kind: string): WrittenForm | null {
  return FORMS.get(kind) ?? null;
}

/** A string of an array stands in quotes, Poetry's tables have keys. */
function formAt(text: string, { span }: Requirement): WrittenForm {
  return /["']/.test(text[span.start - 1] ?? '') ? ITEMS : KEYS;
}
