import { placedList, placedTable } from '../../placed/placed.ts';
import type { Placed } from '../../placed/placed.ts';
import { readPlacedJson } from '../../placed/placed-json.ts';
import type { SourceText } from '../../source-text.ts';
import { UNKNOWN, bakeText } from './bake-file.ts';
import type { BakeAttribute, BakeAttributes, BakeBlock, BakeFile, BakeValue } from './bake-file.ts';

const BLOCKS: ReadonlySet<string> = new Set(['variable', 'group', 'target', 'function']);

/** HCL's JSON syntax: a block is an object by its labels, or several in an array; texts are templates. */
export function readBakeJson(source: SourceText): BakeFile {
  const { root, unreadable } = readPlacedJson(source);
  const attributes = new Map<string, BakeAttribute>();
  const blocks: BakeBlock[] = [];
  for (const [type, placed] of root) {
    if (!BLOCKS.has(type)) attributes.set(type, attributeOf(placed, source));
    else
      for (const labelled of oneOrMore(placed))
        for (const [label, bodies] of placedTable(labelled) ?? [])
          for (const body of oneOrMore(bodies))
            blocks.push({ type, label, attributes: attributesOf(body, source) });
  }
  return { attributes, blocks, unreadable };
}

function oneOrMore(placed: Placed): readonly Placed[] {
  return placedList(placed) ?? [placed];
}

function attributesOf(body: Placed, source: SourceText): BakeAttributes {
  return new Map([...(placedTable(body) ?? [])].map(([name, placed]) => [name, attributeOf(placed, source)]));
}

function attributeOf(placed: Placed, source: SourceText): BakeAttribute {
  const { start, end } = placed;
  const items = placedList(placed);
  const isNull = placed.value === null && source.text.startsWith('null', start);
  const value: BakeValue = items
    ? { kind: 'list', items: items.map(textOf) }
    : isNull
      ? { kind: 'null' }
      : textOf(placed);
  return { value, source, start, end };
}

function textOf({ value }: Placed): BakeValue {
  return typeof value === 'string' ? bakeText(value, (text) => text) : UNKNOWN;
}
