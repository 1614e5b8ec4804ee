import type { Nodes } from 'mdast';
import { markdownTree } from './markdown-tree.ts';

/** What Markdown makes of a line: where a mark can be put, and how it has to be written there. */
export type LineKind = 'text' | 'table' | 'html' | 'code';

export interface LineKinds {
  /** Of a line, from 1. */
  readonly of: (line: number) => LineKind;
  /** What has to be written before anything can follow: the document may end in the midst of code or of a comment. */
  readonly closing: string;
}

export function lineKinds(source: string): LineKinds {
  const tree = markdownTree(source);
  const kinds = new Map<number, LineKind>();
  visit(tree, (node) => {
    const kind =
      node.type === 'code' ? 'code' : node.type === 'html' ? 'html' : node.type === 'table' ? 'table' : null;
    if (kind === null || node.position === undefined) return;
    for (let line = node.position.start.line; line <= node.position.end.line; line += 1)
      if (!kinds.has(line) || kind !== 'html') kinds.set(line, kind);
  });
  const last = tree.children.at(-1);
  return {
    of: (line) => kinds.get(line) ?? 'text',
    closing: last === undefined ? '' : closingOf(source, last),
  };
}

/** Inline HTML is no block of its own: only flow content is asked. */
function visit(node: Nodes, tell: (node: Nodes) => void): void {
  tell(node);
  if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'table') return;
  if ('children' in node) for (const child of node.children) visit(child, tell);
}

function closingOf(source: string, last: Nodes): string {
  const text = source.slice(last.position?.start.offset ?? 0).trimEnd();
  if (last.type === 'html' && text.startsWith('<!--') && !text.includes('-->')) return '\n-->';
  if (last.type !== 'code') return '';
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
  if (fence === undefined) return '';
  return text.includes('\n') && text.endsWith(fence) ? '' : `\n${fence}`;
}
