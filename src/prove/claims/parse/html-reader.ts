import { SUMMARY_LEVEL } from './block.ts';
import type { Block } from './block.ts';
import { boxOf, withoutBox } from './boxes.ts';
import { htmlPieces } from './html-pieces.ts';
import type { HtmlPiece } from './html-pieces.ts';
import type { SectionStack } from './section-stack.ts';
import { NO_WORDS, WordsBuilder } from './words.ts';
import type { Words } from './words.ts';

/** Whose words are not read: somebody else's, code, or what was taken back. */
const SILENT: ReadonlySet<string> = new Set(['blockquote', 'pre', 'script', 'style', 'del', 's', 'strike']);
const MARKING: ReadonlySet<string> = new Set(['code', 'b', 'strong', 'em', 'i', 'a']);
/** What ends the text before it. */
const BLOCK: ReadonlySet<string> = new Set([
  ...['p', 'div', 'li', 'ul', 'ol', 'summary', 'details', 'table', 'tr', 'td', 'th', 'thead', 'tbody'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'br', 'hr', 'blockquote', 'pre', 'sub', 'sup'],
]);

interface Row {
  readonly cells: Words[];
  isHead: boolean;
}

/** Reads blocks of HTML, which Markdown gives as they stand; one may open what another closes. */
export class HtmlReader {
  readonly #source: string;
  readonly #sections: SectionStack;
  readonly #blocks: Block[];
  #silent = 0;
  #builder: WordsBuilder;
  /** The tag whose text is read now. */
  #inside: string | null = null;
  #titles: readonly string[] = [];
  #row: Row | null = null;
  #marks: number[] = [];

  constructor(source: string, sections: SectionStack, blocks: Block[]) {
    this.#source = source;
    this.#sections = sections;
    this.#blocks = blocks;
    this.#builder = new WordsBuilder(source);
  }

  /** Whether what stands here is quoted, or is not to be read for another reason. */
  get isQuoted(): boolean {
    return this.#silent > 0;
  }

  read(from: number, to: number): void {
    for (const piece of htmlPieces(this.#source, from, to)) this.#piece(piece);
    this.#flush();
  }

  #piece(piece: HtmlPiece): void {
    if (piece.kind === 'text') {
      if (this.#silent === 0) this.#builder.addRaw(piece.start, piece.end);
      return;
    }
    const { tag, kind } = piece;
    if (BLOCK.has(tag)) this.#flush();
    if (SILENT.has(tag)) this.#silent = Math.max(this.#silent + (kind === 'open' ? 1 : -1), 0);
    if (this.#silent > 0) return;
    if (MARKING.has(tag)) this.#mark(kind);
    else if (tag === 'details' && kind === 'open') this.#sections.openDetails();
    else if (tag === 'details') this.#sections.closeDetails();
    else if (tag === 'table') this.#titles = [];
    else if (tag === 'tr') this.#rowTag(kind);
    else if (kind === 'close') this.#inside = null;
    else if (BLOCK.has(tag)) this.#inside = tag;
    if (kind === 'open' && tag === 'th' && this.#row !== null) this.#row.isHead = true;
  }

  #mark(kind: 'open' | 'close'): void {
    if (kind === 'open') this.#marks.push(this.#builder.length);
    else {
      const start = this.#marks.pop();
      if (start !== undefined) this.#builder.mark(start);
    }
  }

  #rowTag(kind: 'open' | 'close'): void {
    const row = this.#row;
    this.#row = kind === 'open' ? { cells: [], isHead: false } : null;
    if (kind === 'open' || row === null) return;
    if (row.isHead || this.#titles.length === 0) {
      this.#titles = row.cells.map(({ text }) => text);
      return;
    }
    const cells = row.cells
      .slice(0, this.#titles.length)
      .map((words, at) => ({ title: this.#titles[at]!, words }));
    this.#blocks.push({ kind: 'row', words: NO_WORDS, above: this.#sections.above, cells });
  }

  /** What was read since the last tag of a block is a text, a cell or a heading. */
  #flush(): void {
    const words = this.#builder.build();
    const inside = this.#inside;
    this.#builder = new WordsBuilder(this.#source);
    this.#marks = [];
    if (inside === 'td' || inside === 'th') {
      this.#row?.cells.push(words);
      this.#inside = null;
      return;
    }
    if (words.text === '') return;
    const above = this.#sections.above;
    const level = inside === 'summary' ? SUMMARY_LEVEL : Number(/^h([1-6])$/.exec(inside ?? '')?.[1] ?? 0);
    if (level > 0) {
      const block = { kind: 'heading', words, level, above: this.#sections.endedBy(level) } as const;
      this.#sections.heading(block);
      this.#blocks.push(block);
      return;
    }
    const kind = inside === 'li' ? 'item' : 'text';
    this.#blocks.push({ kind, words: withoutBox(words), box: boxOf(words), above });
  }
}
