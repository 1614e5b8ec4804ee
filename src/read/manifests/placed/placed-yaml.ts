import { Composer, isAlias, isMap, isScalar, isSeq, Parser } from 'yaml';
import type { CST, Document, Node, Pair } from 'yaml';
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
 * tool's own (`!reference`) is `null`, for what becomes of it only that tool knows. A number that is not whole is the text that it is written
 * as: of a version, 3.10 is not 3.1. A text that goes wrong is not read at all.
 */
export function readPlacedYaml(source: SourceText): PlacedDocument {
  const nothing = (message: string, offset: number): PlacedDocument => ({
    root: new Map(),
    unreadable: [{ message, hint: null, at: source.place(offset, Math.min(offset + 1, source.text.length)) }],
  });
  try {
    const documents = documentsOf(source.text);
    if ('fault' in documents) {
      const { code, message, at } = documents.fault;
      return code === 'RESOURCE_EXHAUSTION'
        ? nothing(TOO_DEEP, 0)
        : nothing(`not valid YAML: ${firstLine(message)}`, at);
    }
    const tables = documents.map((document) => new YamlReading().root(document));
    return { root: new Map(tables.flatMap((table) => [...table])), unreadable: [] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return nothing(TOO_DEEP, 0);
  }
}

interface YamlFault {
  readonly code: string;
  readonly message: string;
  /** Where in the text. */
  readonly at: number;
}

class FirstFault extends Error {
  readonly fault: YamlFault;

  constructor(fault: YamlFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/**
 * The documents of a text, or what is wrong with it first. Left to itself the library goes on and notes each fault, of which half a megabyte
 * may have a quarter of a million.
 */
function documentsOf(text: string): readonly Document[] | { readonly fault: YamlFault } {
  // Without the excerpts that the library adds to its messages: each costs a walk over the whole text.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false });
  let first: FirstFault | null = null;
  Object.assign(composer, {
    onError: (source: FaultPlace, code: string, message: string, isWarning: boolean | undefined) => {
      if (isWarning === true) return;
      // What is thrown comes here once more: the library takes it for a fault of its own.
      throw (first ??= new FirstFault({ code, message, at: offsetOf(source) }));
    },
  });
  try {
    // One document at the least, for faults are told of documents.
    const documents = [...composer.compose(untilFault(new Parser().parse(text)), true)];
    const [noted] = documents.flatMap(({ errors }) => errors);
    if (noted === undefined) return documents;
    return { fault: { code: noted.code, message: noted.message, at: noted.pos[0] } };
  } catch (error) {
    if (error instanceof FirstFault) return { fault: error.fault };
    throw error;
  }
}

/** How the library tells a place. */
type FaultPlace = number | readonly [number, number] | { readonly offset: number };

function offsetOf(source: FaultPlace): number {
  if (typeof source === 'number') return source;
  return 'offset' in source ? source.offset : source[0];
}

/** Nothing behind a token that is none changes what is told of the text. */
function* untilFault(tokens: Iterable<CST.Token>): Generator<CST.Token> {
  for (const token of tokens) {
    yield token;
    if (token.type === 'error') return;
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
    const { value, source } = node;
    if (typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value !== 'number') return null;
    return Number.isSafeInteger(value) && source !== undefined && !source.includes('.')
      ? value
      : (source ?? null);
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
