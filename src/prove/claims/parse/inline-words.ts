import type { Nodes, PhrasingContent } from 'mdast';
import { WordsBuilder } from './words.ts';
import type { Words } from './words.ts';

/** The words of a paragraph's or a cell's content. Struck-out text, images and comments are no words. */
export function inlineWords(source: string, nodes: readonly PhrasingContent[]): Words {
  const builder = new WordsBuilder(source);
  new InlineReader(builder).readAll(nodes);
  return builder.build();
}

const MARKING: ReadonlySet<Nodes['type']> = new Set(['strong', 'emphasis', 'link', 'linkReference']);

/** Reads phrasing content into a builder; HTML between it may strike out what stands between its tags. */
class InlineReader {
  readonly #builder: WordsBuilder;
  #struck = 0;

  constructor(builder: WordsBuilder) {
    this.#builder = builder;
  }

  readAll(nodes: readonly PhrasingContent[]): void {
    for (const node of nodes) this.#read(node);
  }

  #read(node: PhrasingContent): void {
    const start = node.position?.start.offset ?? 0;
    const end = node.position?.end.offset ?? start;
    if (node.type === 'html') return this.#tag(node.value, start);
    if (this.#struck > 0 || node.type === 'delete' || node.type === 'image' || node.type === 'imageReference')
      return this.#builder.push(' ', start);
    if (node.type === 'footnoteReference') return;
    if (node.type === 'break') return this.#builder.push(' ', start);
    const from = this.#builder.length;
    if (node.type === 'text') return this.#builder.addText(node.value, start, end);
    if (node.type === 'inlineCode') this.#builder.addText(node.value, start, end);
    else this.readAll(node.children);
    if (node.type === 'inlineCode' || MARKING.has(node.type)) this.#builder.mark(from);
  }

  #tag(value: string, start: number): void {
    const tag = /^<(\/?)(del|s|strike|br)\b/i.exec(value);
    if (tag === null) return;
    if (/br/i.test(tag[2]!)) return this.#builder.push(' ', start);
    this.#struck = Math.max(this.#struck + (tag[1] === '/' ? -1 : 1), 0);
  }
}
