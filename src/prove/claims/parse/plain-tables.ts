import type { Cell } from './block.ts';
import { WordsBuilder } from './words.ts';
import type { Span, Words } from './words.ts';

/** One row of a table that Markdown does not know as one. */
export interface PlainRow extends Span {
  readonly cells: readonly Cell[];
}

interface Line extends Span {
  readonly text: string;
}

const FEWEST_BARS = 1;

/** The lines between two offsets. */
export function linesBetween(source: string, from: number, to: number): readonly Line[] {
  const lines: Line[] = [];
  for (let start = from; start < to;) {
    const found = source.indexOf('\n', start);
    const end = found === -1 || found > to ? to : found;
    lines.push({ start, end, text: source.slice(start, end) });
    start = end + 1;
  }
  return lines;
}

/**
 * Rows with the same separators under a line of titles, without the line of dashes that Markdown asks for. Null where the lines are
 * no such table: then they are sentences.
 */
export function barRows(source: string, from: number, to: number): readonly PlainRow[] | null {
  const lines = linesBetween(source, from, to).filter(({ text }) => text.trim() !== '');
  if (lines.length < 2 || !lines.every(({ text }) => text.includes('|'))) return null;
  const rows = lines.filter(({ text }) => !/^[\s|:-]+$/.test(text)).map((line) => split(source, line));
  const titles = rows[0]!.map(({ text }) => text);
  if (titles.length <= FEWEST_BARS || !titles.every((title) => /^[\p{L} /&#*_().-]{1,40}$/u.test(title)))
    return null;
  return rows.slice(1).map((cells, at) => ({ ...spanOf(lines, rows, at + 1), cells: titled(titles, cells) }));
}

function spanOf(lines: readonly Line[], rows: readonly unknown[], at: number): Span {
  const { start, end } = lines[lines.length - rows.length + at]!;
  return { start, end };
}

/** Cells count from the left; a bar at the line's begin opens the first, as it does in a table. */
function split(source: string, { start, text }: Line): readonly Words[] {
  const indent = text.length - text.trimStart().length;
  let from = start + indent + (text.trimStart().startsWith('|') ? 1 : 0);
  const end = start + text.trimEnd().length - (text.trimEnd().endsWith('|') ? 1 : 0);
  const cells: Words[] = [];
  while (from <= end) {
    const bar = source.indexOf('|', from);
    const to = bar === -1 || bar > end ? end : bar;
    cells.push(rawWords(source, from, to));
    from = to + 1;
  }
  return cells;
}

/** A line of dashes in groups, with titles above it: where the groups stand, columns are. */
const RULE = /^\s*-{2,}(?: +-{2,})+\s*$/;

/** Blocks in columns of spaces with a line of dashes, up to the next empty line. */
export function columnRows(source: string, from: number, to: number): readonly PlainRow[] {
  const lines = linesBetween(source, from, to);
  const rows: PlainRow[] = [];
  for (const [at, rule] of lines.entries()) {
    const head = lines[at - 1];
    if (head === undefined || head.text.trim() === '' || !RULE.test(rule.text)) continue;
    const columns = columnsOf(rule.text);
    const titles = cellsOf(source, head, columns).map(({ text }) => text);
    rows.push({ start: head.start, end: rule.end, cells: [] });
    for (const line of lines.slice(at + 1)) {
      if (line.text.trim() === '') break;
      const { start, end } = line;
      rows.push({ start, end, cells: titled(titles, cellsOf(source, line, columns)) });
    }
  }
  return rows;
}

/** From each group's begin to the next one's. */
function columnsOf(rule: string): readonly Span[] {
  const starts = [...rule.matchAll(/-+/g)].map(({ index }) => index);
  return starts.map((start, at) => ({ start, end: starts[at + 1] ?? Infinity }));
}

function cellsOf(source: string, line: Line, columns: readonly Span[]): readonly Words[] {
  return columns.map(({ start, end }) =>
    rawWords(source, Math.min(line.start + start, line.end), Math.min(line.start + end, line.end)),
  );
}

function titled(titles: readonly string[], cells: readonly Words[]): readonly Cell[] {
  return cells.slice(0, titles.length).map((words, at) => ({ title: titles[at]!, words }));
}

/** Words of a line as it stands, without the commonest marks. */
export function rawWords(source: string, from: number, to: number): Words {
  const builder = new WordsBuilder(source);
  let marked: number | null = null;
  for (let offset = from; offset < to; offset += 1) {
    const character = source[offset]!;
    if (character !== '`' && character !== '*') {
      builder.push(character, offset);
      continue;
    }
    if (source[offset + 1] === character) continue;
    if (marked === null) marked = builder.length;
    else {
      builder.mark(marked);
      marked = null;
    }
  }
  return builder.build();
}
