import type { Block } from './block.ts';

interface Open {
  /** A heading ends those of its level and below; an item or a lead-in ends with its list. */
  readonly level: number;
  readonly block: Block | null;
}

/** Sections inside of each other, beyond which the outermost are left out: `<details>` may be opened without end. */
const MOST_ABOVE = 60;

/** Of the first `count` that are open, nearest first. */
function blocksOf(open: readonly Open[], count: number): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = count - 1; at >= 0 && blocks.length < MOST_ABOVE; at -= 1) {
    const { block } = open[at]!;
    if (block !== null) blocks.push(block);
  }
  return blocks;
}

/** What the place that is read now stands under. `<details>` holds its own sections together. */
export class SectionStack {
  #open: Open[] = [];

  /** Nearest first. */
  get above(): readonly Block[] {
    return blocksOf(this.#open, this.#open.length);
  }

  heading(block: Block & { readonly kind: 'heading' }): void {
    while (this.#open.length > 0 && this.#isClosedBy(this.#open.at(-1)!, block.level)) this.#open.pop();
    this.#open.push({ level: block.level, block });
  }

  /** A heading of this level would stand here: what it ends is ended. */
  endedBy(level: number): readonly Block[] {
    let left = this.#open.length;
    while (left > 0 && this.#isClosedBy(this.#open[left - 1]!, level)) left -= 1;
    return blocksOf(this.#open, left);
  }

  /** A rule ends what stands above it: a footer is under no heading. */
  end(): void {
    const details = this.#open.findLastIndex(({ block }) => block === null);
    this.#open = this.#open.slice(0, details + 1);
  }

  openDetails(): void {
    this.#open.push({ level: -1, block: null });
  }

  closeDetails(): void {
    const at = this.#open.findLastIndex(({ block }) => block === null);
    if (at !== -1) this.#open = this.#open.slice(0, at);
  }

  /** Everything that is read by `work` stands under the block as well. */
  under(block: Block | null, work: () => void): void {
    if (block === null) return work();
    const before = this.#open;
    this.#open = [...before, { level: Infinity, block }];
    work();
    this.#open = before;
  }

  #isClosedBy({ level, block }: Open, by: number): boolean {
    return block !== null && level >= by;
  }
}
