import { parseTOML } from 'toml-eslint-parser';
import type { AST } from 'toml-eslint-parser';

/**
 * A TOML document as its parser sees it. Whatever it cannot read is a SyntaxError: the parser itself runs out of stack, a RangeError, on
 * deep nesting and on one text of more than some 120,000 characters.
 */
export function parseToml(text: string): AST.TOMLProgram {
  try {
    // The parser loses a 0 with which a text ends.
    return parseTOML(text.endsWith('0') ? `${text}\n` : text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new SyntaxError('it is nested too deeply, or holds a text that is too long', { cause });
  }
}
