import type { Nodes, PhrasingContent, RootContent, Table } from 'mdast';
import { BOLD_LINE_LEVEL } from './block.ts';
import type { Block } from './block.ts';
import { boxOf, withoutBox } from './boxes.ts';
import { HtmlReader } from './html-reader.ts';
import { inlineWords } from './inline-words.ts';
import { markdownTree } from './markdown-tree.ts';
import { barRows, columnRows } from './plain-tables.ts';
import type { PlainRow } from './plain-tables.ts';
import { SectionStack } from './section-stack.ts';
import { NO_WORDS } from './words.ts';

/** What a Markdown document says, part by part: code, comments and quotations are left out. */
export function readBlocks(source: string): readonly Block[] {
  const reader = new BlockReader(source);
  reader.readAll(markdownTree(source).children);
  return reader.blocks;
}

class BlockReader {
  readonly blocks: Block[] = [];
  readonly #source: string;
  readonly #sections = new SectionStack();
  readonly #html: HtmlReader;
  /** The lead-in of the list that follows it. */
  #leadIn: Block | null = null;
  /** Lines of tables in columns, which Markdown reads as paragraphs and rules. */
  #inTable: readonly PlainRow[] = [];

  constructor(source: string) {
    this.#source = source;
    this.#html = new HtmlReader(source, this.#sections, this.blocks);
  }

  readAll(nodes: readonly RootContent[]): void {
    for (const node of nodes) this.#read(node);
  }

  #read(node: RootContent): void {
    if (node.type === 'html') return this.#html.read(...span(node));
    if (this.#html.isQuoted || node.type === 'blockquote') return;
    const leadIn = this.#leadIn;
    this.#leadIn = null;
    if (node.type === 'heading') this.#heading(node.children, node.depth);
    else if (node.type === 'paragraph') this.#paragraph(node.children, ...span(node));
    else if (node.type === 'list')
      this.#sections.under(leadIn, () => {
        for (const item of node.children) this.#item(item);
      });
    else if (node.type === 'table') this.#sections.under(leadIn, () => this.#table(node));
    else if (node.type === 'code' && !/^[ \t>]*(`{3}|~{3})/.test(this.#source.slice(...span(node))))
      this.#rows(columnRows(this.#source, lineStart(this.#source, span(node)[0]), span(node)[1]));
    else if (node.type === 'thematicBreak') this.#sections.end();
    else if (node.type === 'footnoteDefinition') this.readAll(node.children);
  }

  #heading(children: readonly PhrasingContent[], level: number): void {
    const words = inlineWords(this.#source, children);
    const block = { kind: 'heading', words, level, above: this.#sections.endedBy(level) } as const;
    this.#sections.heading(block);
    this.blocks.push(block);
  }

  #paragraph(children: readonly PhrasingContent[], start: number, end: number): void {
    if (this.#inTable.some((row) => start >= row.start && start < row.end)) return;
    const columns = this.#columnsAt(start, end);
    if (columns.length > 0) return this.#rows(columns);
    const bars = barRows(this.#source, start, end);
    if (bars !== null) return this.#rows(bars);
    const only = children[0];
    if (
      children.length === 1 &&
      only?.type === 'strong' &&
      !/[.!?]$/.test(this.#source.slice(start, end - 2))
    )
      return this.#heading(children, BOLD_LINE_LEVEL);
    for (const line of splitLines(this.#source, children)) {
      const block = this.#text('text', line, null);
      if (block.words.text.endsWith(':')) this.#leadIn = block;
    }
  }

  /** A table in columns may begin in a paragraph whose last line are its titles: the rule after it is a break to Markdown. */
  #columnsAt(start: number, end: number): readonly PlainRow[] {
    const rule = this.#source.indexOf('\n', end);
    const ruleEnd = this.#source.indexOf('\n', rule + 1);
    if (rule === -1 || !/^\s*-{2,} +-/.test(this.#source.slice(rule + 1, rule + 200))) return [];
    const blank = /\n[ \t]*\r?\n/.exec(this.#source.slice(ruleEnd, ruleEnd + MOST_TABLE));
    const last = blank === null ? Math.min(ruleEnd + MOST_TABLE, this.#source.length) : ruleEnd + blank.index;
    this.#inTable = ruleEnd === -1 ? [] : columnRows(this.#source, lineStart(this.#source, start), last);
    return this.#inTable;
  }

  #text(
    kind: 'text' | 'item',
    children: readonly PhrasingContent[],
    checked: boolean | null,
  ): Block & { readonly kind: 'text' | 'item' } {
    const words = inlineWords(this.#source, children);
    const box = checked === null ? boxOf(words) : checked ? 'done' : 'open';
    const block = { kind, words: withoutBox(words), box, above: this.#sections.above } as const;
    this.blocks.push(block);
    return block;
  }

  #item(item: Extract<Nodes, { type: 'listItem' }>): void {
    const [first, ...rest] = item.children;
    if (first?.type !== 'paragraph') return this.readAll(item.children);
    const [line, ...more] = splitLines(this.#source, first.children);
    const block = this.#text('item', line ?? [], item.checked ?? null);
    this.#sections.under(block, () => {
      for (const other of more) this.#text('text', other, null);
      this.readAll(rest);
    });
  }

  #table({ children }: Table): void {
    const [head, ...rows] = children.map((row) =>
      row.children.map((cell) => inlineWords(this.#source, cell.children)),
    );
    const titles = (head ?? []).map(({ text }) => text);
    for (const cells of rows)
      this.blocks.push({
        kind: 'row',
        words: NO_WORDS,
        above: this.#sections.above,
        cells: cells.slice(0, titles.length).map((words, at) => ({ title: titles[at]!, words })),
      });
  }

  #rows(rows: readonly PlainRow[]): void {
    for (const { cells } of rows)
      if (cells.length > 0)
        this.blocks.push({ kind: 'row', words: NO_WORDS, above: this.#sections.above, cells });
  }
}

/** The longest table in columns that is read, in characters. */
const MOST_TABLE = 100_000;

function span(node: Nodes): [number, number] {
  return [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
}

function lineStart(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1;
}

/** Lines that their writer ended, by a hard break or by beginning the next with a sign, are texts of their own. */
function splitLines(
  source: string,
  children: readonly PhrasingContent[],
): readonly (readonly PhrasingContent[])[] {
  const lines: PhrasingContent[][] = [[]];
  for (const [at, child] of children.entries()) {
    const before = children[at - 1];
    const signed = before?.type === 'text' && /\n\s*$/.test(source.slice(...span(before)));
    if (child.type === 'break') lines.push([]);
    else if (signed && boxOf(inlineWords(source, [child])) !== null) lines.push([child]);
    else lines.at(-1)!.push(...signedLines(source, child, lines));
  }
  return lines.filter((line) => line.length > 0);
}

/** A text whose later lines begin with signs: each of those begins a line; what is left belongs to the last. */
function signedLines(
  source: string,
  child: PhrasingContent,
  lines: PhrasingContent[][],
): readonly PhrasingContent[] {
  if (child.type !== 'text' || child.position === undefined) return [child];
  const [from, to] = span(child);
  const raw = source.slice(from, to);
  const starts = [...raw.matchAll(/\n(?=[ \t]*(?:✅|✔|☑|❌|⏳|⚠|🚧|⬜))/gu)].map(({ index }) => index + 1);
  const bounds = [0, ...starts, raw.length];
  const pieces = bounds.slice(1).map((end, at) => slice(raw, child, bounds[at]!, end));
  for (const piece of pieces.slice(0, -1)) {
    lines.at(-1)!.push(piece);
    lines.push([]);
  }
  return pieces.slice(-1);
}

function slice(
  raw: string,
  child: PhrasingContent & { readonly type: 'text' },
  from: number,
  to: number,
): PhrasingContent {
  if (from === 0 && to === raw.length) return child;
  const { start, end } = child.position!;
  const offset = start.offset ?? 0;
  return {
    type: 'text',
    value: raw.slice(from, to),
    position: { start: { ...start, offset: offset + from }, end: { ...end, offset: offset + to } },
  };
}
