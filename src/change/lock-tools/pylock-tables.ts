import type { AST } from 'toml-eslint-parser';
import { parseToml } from '../../io/parse-toml.ts';

/** A `[[packages]]` table of a pylock file, with the offsets that an edit needs. */
export interface PylockTable {
  readonly name: string;
  /** Null for what comes from a repository, a folder or an archive without one. */
  readonly version: string | null;
  readonly marker: string | null;
  /** From its header to the header of the next package; comments above that belong to the next. */
  readonly start: number;
  readonly end: number;
  /** Key and value pairs of the table itself: the whole pair, and its value. */
  readonly pairs: ReadonlyMap<
    string,
    { readonly at: readonly [number, number]; readonly value: readonly [number, number] }
  >;
  /** Tables below it (`[[packages.wheels]]`, `[packages.tool.x]`) by their first key. */
  readonly below: readonly { readonly key: string; readonly at: readonly [number, number] }[];
}

/** The packages of a pylock file in the order of the file, or null where it is not TOML. */
export function pylockTables(text: string): readonly PylockTable[] | null {
  try {
    return tablesOf(parseToml(text), text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function tablesOf(program: AST.TOMLProgram, text: string): readonly PylockTable[] {
  const nodes = program.body[0].body.filter((node) => node.type === 'TOMLTable');
  const isHead = (node: AST.TOMLTable): boolean =>
    node.kind === 'array' && node.resolvedKey.length === 2 && node.resolvedKey[0] === 'packages';
  const startOf = (node: AST.TOMLTable | undefined): number =>
    node === undefined ? text.length : withComments(text, node.range[0]);
  return nodes.flatMap((node, at) => {
    if (!isHead(node)) return [];
    const own = nodes
      .slice(at + 1)
      .findIndex((other) => isHead(other) || other.resolvedKey[0] !== 'packages');
    const next = own < 0 ? nodes.length : at + 1 + own;
    const below = nodes.slice(at + 1, next).map((table, i) => ({
      key: String(table.resolvedKey[2]),
      at: [startOf(table), startOf(nodes[at + 2 + i])] as const,
    }));
    const pairs = new Map(
      node.body.map((pair) => [keyOf(pair), { at: pair.range, value: pair.value.range }] as const),
    );
    return [
      {
        ...{ name: stringAt(node, 'name') ?? '', version: stringAt(node, 'version') },
        ...{
          marker: stringAt(node, 'marker'),
          start: startOf(node),
          end: startOf(nodes[next]),
          pairs,
          below,
        },
      },
    ];
  });
}

/** Where the comment lines that stand right above an offset begin. */
function withComments(text: string, offset: number): number {
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  while (start > 0) {
    const above = text.lastIndexOf('\n', start - 2) + 1;
    if (!text.slice(above, start).trimStart().startsWith('#')) break;
    start = above;
  }
  return start;
}

function keyOf(pair: AST.TOMLKeyValue): string {
  return pair.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value)).join('.');
}

function stringAt(node: AST.TOMLTable, key: string): string | null {
  const value = node.body.find((pair) => keyOf(pair) === key)?.value;
  return value?.type === 'TOMLValue' && value.kind === 'string' ? value.value : null;
}
