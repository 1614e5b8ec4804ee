import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import type { SourceText } from '../source-text.ts';
import { DEEPEST, placedList, placedTable } from './placed.ts';
import type { Placed, PlacedTable } from './placed.ts';
import type { PlacedDocument } from './placed-toml.ts';

const TOO_DEEP = 'the file is nested or merged too far to be read';
/** Of all merge keys of a document together: tables that take over from one another would double with each. */
const MOST_MERGED = 100_000;

/**
 * YAML 1.2 with places, and 1.1's merge keys (`<<`), which tools take all the same. What an alias stands for is there once, however
 * often it is named. The tables of several documents count as one, later keys over earlier ones. A value with a tag of some
 * tool's own (`!reference`) is `null`, for what becomes of it only that tool knows. A text that goes wrong is not read at all.
 */
export function readPlacedYaml(source: SourceText): PlacedDocument {
  const nothing = (message: string, offset: number): PlacedDocument => ({
    root: new Map(),
    unreadable: [{ message, hint: null, at: source.place(offset, Math.min(offset + 1, source.text.length)) }],
  });
  try {
    // Without the excerpts that the library adds to its messages: each costs a walk over the whole text.
    const documents = parseAllDocuments(source.text, { prettyErrors: false, uniqueKeys: false });
    if (!Array.isArray(documents)) return { root: new Map(), unreadable: [] };
    const fault = documents.flatMap(({ errors }) => errors)[0];
    if (fault?.code === 'RESOURCE_EXHAUSTION') return nothing(TOO_DEEP, 0);
    if (fault) return nothing(`not valid YAML: ${firstLine(fault.message)}`, fault.pos[0]);
    const tables = documents.map((document) => new YamlReading().root(document as Document));
    return { root: new Map(tables.flatMap((table) => [...table])), unreadable: [] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return nothing(TOO_DEEP, 0);
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!.replace(/:$/, '').slice(0, 200);
}

/** One document: its nodes from first to last, so that an anchor is there before what stands for it. */
class YamlReading {
  readonly #anchors = new Map<string, Placed>();
  #mergedCount = 0;

  root({ contents }: Document): PlacedTable {
    return placedTable(this.#placed(contents, 0)) ?? new Map();
  }

  #placed(node: Node | null | undefined, depth: number): Placed {
    const [start, end] = node?.range ?? [0, 0];
    if (isAlias(node)) return this.#anchors.get(node.source) ?? { value: null, start, end };
    const placed: Placed = { value: depth > DEEPEST ? null : this.#value(node, depth), start, end };
    if (isAnchored(node)) this.#anchors.set(node.anchor, placed);
    return placed;
  }

  #value(node: Node | null | undefined, depth: number): Placed['value'] {
    if (node?.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) return null;
    if (isMap<Node, Node | null>(node)) return this.#table(node.items, depth);
    if (isSeq<Node>(node)) return node.items.map((item) => this.#placed(item, depth + 1));
    if (!isScalar(node)) return null;
    const { value } = node;
    return typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)
      ? (value as string | boolean | number)
      : null;
  }

  /** A table's own keys count before those that are merged into it. */
  #table(pairs: readonly Pair<Node, Node | null>[], depth: number): PlacedTable {
    const own = new Map<string, Placed>();
    const merged = new Map<string, Placed>();
    for (const { key, value } of pairs) {
      const name = this.#placed(key, depth + 1).value;
      const placed = this.#placed(value, depth + 1);
      if (name === '<<') for (const [inner, one] of this.#mergedIn(placed)) merged.set(inner, one);
      else if (name !== null && typeof name !== 'object') own.set(String(name), placed);
    }
    return merged.size === 0 ? own : new Map([...merged, ...own]);
  }

  /** Of several tables the first has the last word. */
  #mergedIn(placed: Placed): PlacedTable {
    const merged = new Map<string, Placed>();
    for (const one of (placedList(placed) ?? [placed]).toReversed()) {
      const table = placedTable(one) ?? new Map<string, Placed>();
      this.#mergedCount += table.size + 1;
      if (this.#mergedCount > MOST_MERGED) throw new RangeError(TOO_DEEP);
      for (const [key, value] of table) merged.set(key, value);
    }
    return merged;
  }
}

function isAnchored(node: Node | null | undefined): node is Node & { readonly anchor: string } {
  return node !== null && node !== undefined && 'anchor' in node && typeof node.anchor === 'string';
}
