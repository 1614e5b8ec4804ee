import type { AST } from 'toml-eslint-parser';
import { LogicalText } from './logical-text.ts';

/** The text of a TOML string, which stands in the file as it is where no escape or line end changes it. */
export function tomlStringText(text: string, node: AST.TOMLStringValue): LogicalText {
  const width = node.multiline ? 3 : 1;
  const [start, end] = [node.range[0] + width, node.range[1] - width];
  if (text.slice(start, end) === node.value) return LogicalText.verbatim(text, start, end);
  const changed = 'its string is written with escapes or over several lines';
  return new LogicalText([{ text: node.value, start, end, changed }], changed);
}
