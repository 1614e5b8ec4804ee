import type { Words } from './words.ts';

/** One cell of a row, under its column's title. */
export interface Cell {
  readonly title: string;
  readonly words: Words;
}

interface BlockBase {
  readonly words: Words;
  /** What it stands under, nearest first: items above with less indentation, a sentence that leads in, then headings. */
  readonly above: readonly Block[];
}

/** The parts of a document that say something, in its order. */
export type Block =
  | (BlockBase & { readonly kind: 'heading'; readonly level: number })
  | (BlockBase & {
      readonly kind: 'text' | 'item';
      /** "[x]" and ✅ state their line, "[ ]" and ⏳ do not. */
      readonly box: 'done' | 'open' | null;
    })
  | (BlockBase & { readonly kind: 'row'; readonly cells: readonly Cell[] });

/** A summary opens a section inside of its heading's. */
export const SUMMARY_LEVEL = 7;
/** A paragraph that is nothing but a strong line heads what follows until the next heading. */
export const BOLD_LINE_LEVEL = 8;
