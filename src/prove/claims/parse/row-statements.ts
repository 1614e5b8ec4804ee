import { isStated } from './assertion.ts';
import type { Block, Cell } from './block.ts';
import { roleOf } from './columns.ts';
import type { ColumnRole } from './columns.ts';
import { figureStatements } from './figure-statements.ts';
import type { Found, Place, Subject } from './found.ts';
import { mayBePackage, NAME, versionsIn } from './names.ts';
import { clauseStatements } from './text-statements.ts';
import { advisoryIdsIn } from './vulnerability-statements.ts';
import { namesWeakness } from './weaknesses.ts';
import { part } from './words.ts';
import type { Words } from './words.ts';

/** A statement with the words in which it was found. */
export interface Placed {
  readonly found: Found;
  readonly words: Words;
}

type Row = Extract<Block, { kind: 'row' }>;

const SAYS_NOTHING = /^(?:[\s–—?.*-]*|none|n\/?a|nil|no|yes|routine|same|unchanged|ok|todo|tbd)$/i;
const NAME_CELL = new RegExp(`^(${NAME})(?:\\[[^\\]]{0,80}\\])?(?=$|[\\s(,])`, 'd');

/** The statements of one row: its move, and what its other cells say of the package. */
export function rowStatements(row: Row, place: Place): readonly Placed[] {
  const cells = row.cells.map((cell) => ({ ...cell, role: roleOf(cell.title) }));
  const first = cells.find(({ role }) => role === 'package') ?? cells[0];
  if (first === undefined) return [];
  const figures = figuresOf(first.words, cells);
  if (figures.length > 0) return figures;
  const name = NAME_CELL.exec(first.words.text);
  if (name === null || !mayBePackage(name[1]!) || (first.role !== 'package' && !hasVersions(cells)))
    return [];
  const move = moveOf(cells);
  const subject: Subject = { package: name[1]!, from: move.from, to: move.to };
  const rest = cells.filter((cell) => cell !== first);
  return [
    ...changeOf(subject, joined([first, ...cells.filter(({ role }) => MOVE_ROLES.has(role))]), move.isMove),
    ...rest.flatMap((cell) => cellStatements(cell, subject, place)),
  ];
}

const MOVE_ROLES: ReadonlySet<ColumnRole> = new Set(['old', 'new', 'move']);

/** Cells as one text, as a reader sees them beside each other. */
function joined(cells: readonly RoledCell[]): Words {
  return cells.slice(1).reduce<Words>(
    (all, { words }) => ({
      text: `${all.text} | ${words.text}`,
      at: [...all.at, ...Array<number>(3).fill(all.at.at(-1) ?? 0), ...words.at],
      marked: all.marked,
    }),
    cells[0]!.words,
  );
}

type RoledCell = Cell & { readonly role: ColumnRole };

function hasVersions(cells: readonly RoledCell[]): boolean {
  const has = (role: ColumnRole): boolean => cells.some((cell) => cell.role === role);
  return (has('old') && has('new')) || has('move');
}

function figuresOf(first: Words, cells: readonly RoledCell[]): readonly Placed[] {
  const value = cells.find(({ role }) => role === 'new') ?? (cells.length === 2 ? cells[1] : undefined);
  if (value === undefined || !/\b(?:image|build|memory|RAM)\b/i.test(first.text)) return [];
  const label = `${first.text}: `;
  return figureStatements(label + value.words.text).flatMap((found) =>
    found.start < label.length
      ? []
      : [
          {
            found: { ...found, start: found.start - label.length, end: found.end - label.length },
            words: value.words,
          },
        ],
  );
}

interface RowMove {
  readonly from: string | null;
  readonly to: string | null;
  readonly isMove: boolean;
}

function moveOf(cells: readonly RoledCell[]): RowMove {
  const versionIn = (role: ColumnRole): string | null => {
    const text = cells.find((cell) => cell.role === role)?.words.text ?? '';
    return versionsIn(text)[0]?.text ?? /^(?:==\s*)?v?(\d+)$/.exec(text)?.[1] ?? null;
  };
  const pair = cells.find(({ role }) => role === 'move')?.words.text;
  if (pair !== undefined) {
    const versions = versionsIn(pair).map(({ text }) => text);
    const isMove = versions.length === 2;
    return { from: isMove ? versions[0]! : null, to: versions.at(-1) ?? null, isMove };
  }
  const [from, to] = [versionIn('old'), versionIn('new')];
  if (to !== null) return { from, to, isMove: true };
  return { from, to: from === null ? versionIn('version') : null, isMove: false };
}

function changeOf({ package: name, from, to }: Subject, words: Words, isMove: boolean): readonly Placed[] {
  if (to === null || !isMove || from === to) return [];
  const start = words.text.indexOf(name);
  return [
    {
      found: { statement: { kind: 'change', package: name, from, to }, start, end: start + name.length },
      words,
    },
  ];
}

/** What a cell says: by its column's title, or in its own words. */
function cellStatements(
  { role, words, title }: RoledCell,
  subject: Subject,
  place: Place,
): readonly Placed[] {
  const { text } = words;
  if (
    SAYS_NOTHING.test(text) ||
    !isStated(text) ||
    ['old', 'new', 'move', 'version', 'package'].includes(role)
  )
    return [];
  const here: Place = { ...place, section: subject, subject };
  const all = (found: readonly Found[]): readonly Placed[] => found.map((one) => ({ found: one, words }));
  if (role === 'compatible' || role === 'python')
    return all(
      prefixed(
        words,
        role === 'python' && !/python/i.test(text) ? 'Compatible with Python ' : 'Compatible with ',
        here,
      ),
    );
  if (role === 'fixed' && advisoryIdsIn(text).length > 0) return all(prefixed(words, 'fixes ', here));
  const own = clauseStatements(words, here);
  const unavailable = ofRow(words, subject);
  if (unavailable !== null) return all([unavailable]);
  if (own.length > 0) return own;
  if (role === 'advisory' || /\bCVE|security|vulnerab/i.test(title) || namesWeakness(text))
    return all(wordsOfWeakness(words, subject, role));
  return [];
}

/** The cell read behind words that its column's title stands for. */
function prefixed(words: Words, prefix: string, place: Place): readonly Found[] {
  const at = words.at[0] ?? 0;
  const longer: Words = {
    text: prefix + words.text,
    at: [...Array<number>(prefix.length).fill(at), ...words.at],
    marked: words.marked.map(({ start, end }) => ({
      start: start + prefix.length,
      end: end + prefix.length,
    })),
  };
  return clauseStatements(longer, place).flatMap(({ found }) =>
    found.start < prefix.length
      ? []
      : [{ ...found, start: found.start - prefix.length, end: found.end - prefix.length }],
  );
}

/** "Version unavailable on PyPI" in a row is of its old version. */
function ofRow({ text }: Words, { package: name, from }: Subject): Found | null {
  if (
    from === null ||
    !/\bversion\b.*\b(?:unavailable|no longer (?:available|exists)|not available|does not exist)\b/i.test(
      text,
    )
  )
    return null;
  return { statement: { kind: 'unavailable', package: name, version: from }, start: 0, end: text.length };
}

/** A reason of words is taken whole. */
function wordsOfWeakness(
  words: Words,
  { package: name, from, to }: Subject,
  role: ColumnRole,
): readonly Found[] {
  const about = part(words, 0, words.text.replace(/[\s.]+$/, '').length).text;
  if (role === 'advisory' && !/[a-z]{3}/i.test(about)) return [];
  const version = role === 'fixed' ? to : from;
  const kind = role === 'fixed' ? 'fixed' : 'vulnerable';
  return [{ statement: { kind, package: name, version, about }, start: 0, end: about.length }];
}
