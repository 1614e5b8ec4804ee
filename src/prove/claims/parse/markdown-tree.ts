import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { UserFacingError } from '../../../domain/errors.ts';

/** What stands inside of a paragraph (micromark's names of its constructs), which a first look leaves alone. */
const INLINE = [
  ...['attention', 'autolink', 'characterEscape', 'characterReference', 'codeText', 'hardBreakEscape'],
  ...['htmlText', 'labelEnd', 'labelStartImage', 'labelStartLink', 'strikethrough'],
  ...['emailAutolink', 'protocolAutolink', 'wwwAutolink', 'gfmFootnoteCall', 'gfmPotentialFootnoteCall'],
];
const MARKS = /[*_~`[\]<&!\\]/g;
/**
 * The reader of Markdown pairs marks with marks, so its work grows with their square. This much is some seconds' work; a paragraph of
 * 200 names in code has a fiftieth of it.
 */
const MOST_PAIRS = 8_000_000;

/**
 * The document as Markdown with GitHub's additions.
 * @throws UserFacingError `invalid-file` where paragraphs hold more marks than anybody writes.
 */
export function markdownTree(source: string): Root {
  checkMarks(source);
  return fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

/** Reads the blocks alone, which is quick whatever stands in them, and counts what each has for the second reading. */
function checkMarks(source: string): void {
  const blocks = fromMarkdown(source, {
    extensions: [gfm(), { disable: { null: INLINE } }],
    mdastExtensions: [gfmFromMarkdown()],
  });
  let pairs = 0;
  let worst = { marks: 0, line: 0 };
  visitTexts(blocks, (node) => {
    const { start, end } = node.position!;
    const marks = source.slice(start.offset, end.offset).match(MARKS)?.length ?? 0;
    pairs += marks ** 2;
    if (marks > worst.marks) worst = { marks, line: start.line };
  });
  if (pairs > MOST_PAIRS)
    throw new UserFacingError(
      'invalid-file',
      `the document has too many marks of emphasis, code and links to be read: the text at line ${worst.line} has ${worst.marks}`,
    );
}

function visitTexts(node: Nodes, tell: (node: Nodes) => void): void {
  if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell') tell(node);
  else if ('children' in node) for (const child of node.children) visitTexts(child, tell);
}
