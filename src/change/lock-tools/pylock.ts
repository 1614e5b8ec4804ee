import { packageFields, packageTable } from '../lock-file/pylock.ts';
import { lockedRows } from '../lock-file/locked-rows.ts';
import type { LockedRow } from '../lock-file/locked-rows.ts';
import { differences, differenceText, lockedVersion } from './locked-version.ts';
import { pylockTables } from './pylock-tables.ts';
import type { PylockTable } from './pylock-tables.ts';
import { refused } from './relock-request.ts';
import type { Move, Relocked, RelockRequest } from './relock-request.ts';

interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Keys of a table that are of one version, besides those that are written anew. */
const OF_ONE_VERSION = ['attestation-identities', 'dependencies'];
const WRITTEN = ['version', 'requires-python', 'sdist', 'wheels'];
const REFERENCES = ['vcs', 'directory', 'archive'];
const HINT = 'write it anew with fettle lock --format pylock, or with the tool that made it';

/**
 * `pylock.toml` (PEP 751) with the tables of what moved edited: version, `requires-python`, files and hashes are the new ones,
 * markers, index and comments stay, and every other table keeps its bytes. Tables of what is new stand by name, with the condition of
 * their targets; those of what nothing asks for any more are gone.
 */
export function rewritePylock(request: RelockRequest): Relocked {
  const { rules, sets } = request;
  const text = request.files.get(request.lock) ?? '';
  const tables = pylockTables(text);
  if (tables === null) return refused(`${request.lock} is not valid TOML`, HINT);
  const told = tables.find((table) => table.pairs.has('dependencies') && mentions(table, text, request));
  if (told !== undefined)
    return refused(
      `the table of ${told.name} in ${request.lock} tells versions of what it needs that move`,
      HINT,
    );
  const rows = lockedRows(sets, rules);
  const edits: TextEdit[] = [];
  const handled = new Set<PylockTable>();
  for (const move of request.moves.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const made = editsOf(move, tables, handled, rows, text, request);
    if ('kind' in made) return made;
    edits.push(...made);
  }
  const rewritten = applied(text, edits);
  const again = pylockTables(rewritten);
  if (again === null) return refused(`${request.lock} would not be valid TOML any more`, HINT);
  const locked = again.flatMap(({ name, version, marker }) => {
    const found = lockedVersion(rules, { name, version }, marker === null ? [] : [marker], '');
    return found === null ? [] : [found];
  });
  const [difference] = differences(locked, sets, rules);
  if (difference !== undefined) return refused(differenceText('the edited lock', difference), HINT);
  return { kind: 'rewritten', text: rewritten };
}

/** Whether a table's `dependencies` name a version of something that moves. */
function mentions(table: PylockTable, text: string, { moves }: RelockRequest): boolean {
  const [start, end] = table.pairs.get('dependencies')!.value;
  const value = text.slice(start, end);
  return moves.some(
    ({ name, from }) => from !== null && value.includes(`"${name}"`) && value.includes(`"${from.text}"`),
  );
}

function editsOf(
  { name, from, to }: Move,
  tables: readonly PylockTable[],
  handled: Set<PylockTable>,
  rows: readonly LockedRow[],
  text: string,
  { rules, publishedOf }: RelockRequest,
): readonly TextEdit[] | Extract<Relocked, { kind: 'refused' }> {
  const same = tables.filter((table) => rules.name(table.name) === name && !handled.has(table));
  const isFrom = ({ version }: PylockTable): boolean => {
    const parsed = rules.parseVersion(version ?? '');
    return !('kind' in parsed) && parsed.text === from?.text;
  };
  const table = from === null ? undefined : (same.find(isFrom) ?? (same.length === 1 ? same[0] : undefined));
  if (table !== undefined) handled.add(table);
  if (to === null) return table === undefined ? [] : [{ start: table.start, end: table.end, text: '' }];
  const row = rows.find((one) => one.name === name && one.version.text === to.text) ?? {
    name,
    version: to,
    condition: null,
  };
  const published = publishedOf(name);
  if (published === null)
    return refused(`no index page of ${name} is at hand for its files and hashes`, HINT);
  if (table === undefined) {
    if (from !== null && same.length > 1)
      return refused(`the lock has several tables of ${name}, and none of ${from.text}`, HINT);
    return [inserted(`${packageTable(row, published)}\n`, name, tables, text, rules)];
  }
  if (REFERENCES.some((key) => table.pairs.has(key) || table.below.some((one) => one.key === key)))
    return refused(`${name} in the lock does not come from an index`, HINT);
  return tableEdits(table, new Map(packageFields(row, published)), text);
}

/** The edits that give a table another version: its other keys and comments stay as they are. */
function tableEdits(
  table: PylockTable,
  fields: ReadonlyMap<string, string>,
  text: string,
): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  const missing: string[] = [];
  for (const key of WRITTEN) {
    const [pair, value] = [table.pairs.get(key), fields.get(key)];
    if (pair !== undefined && value !== undefined)
      edits.push({ start: pair.value[0], end: pair.value[1], text: value });
    else if (pair !== undefined) edits.push(wholeLines(pair.at, text));
    else if (value !== undefined) missing.push(`${key} = ${value}\n`);
  }
  for (const key of OF_ONE_VERSION) {
    const pair = table.pairs.get(key);
    if (pair !== undefined) edits.push(wholeLines(pair.at, text));
  }
  for (const { key, at } of table.below)
    if (WRITTEN.includes(key) || OF_ONE_VERSION.includes(key))
      edits.push({ start: at[0], end: at[1], text: '' });
  const last = Math.max(...[...table.pairs.values()].map(({ at }) => at[1]));
  const lineEnd = text.indexOf('\n', last);
  const place = lineEnd < 0 ? text.length : lineEnd + 1;
  if (missing.length > 0)
    edits.push({ start: place, end: place, text: `${lineEnd < 0 ? '\n' : ''}${missing.join('')}` });
  return edits;
}

function wholeLines([start, end]: readonly [number, number], text: string): TextEdit {
  const lineEnd = text.indexOf('\n', end);
  return {
    start: text.lastIndexOf('\n', start - 1) + 1,
    end: lineEnd < 0 ? text.length : lineEnd + 1,
    text: '',
  };
}

/** Before the first package whose name comes after it, else after the last one. */
function inserted(
  table: string,
  name: string,
  tables: readonly PylockTable[],
  text: string,
  rules: RelockRequest['rules'],
): TextEdit {
  const after = tables.find((one) => {
    const other = rules.name(one.name);
    return typeof other === 'string' && other > name;
  });
  if (after !== undefined) return { start: after.start, end: after.start, text: `${table}\n` };
  const end = tables.at(-1)?.end ?? text.length;
  const before = text.slice(0, end);
  const space = before.endsWith('\n\n') || before === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  return { start: end, end, text: `${space}${table}${end < text.length ? '\n' : ''}` };
}

/** From the last to the first; of edits within a removed span nothing is left. Insertions at one place keep their order. */
function applied(text: string, edits: readonly TextEdit[]): string {
  return edits
    .map((edit, order) => ({ ...edit, order }))
    .sort((a, b) => b.start - a.start || b.end - a.end || b.order - a.order)
    .reduce((all, { start, end, text: put }) => all.slice(0, start) + put + all.slice(end), text);
}
