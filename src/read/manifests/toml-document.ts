import { parseTOML } from 'toml-eslint-parser';
import type { AST } from 'toml-eslint-parser';
import type { Unreadable } from '../../domain/project.ts';
import type { SourceText } from './source-text.ts';

/** A file's TOML with the offsets of the file, or what is wrong with it. A byte order mark counts as a space. */
export function tomlDocument(source: SourceText): AST.TOMLProgram | Unreadable {
  try {
    return parseTOML(source.text.replace(/^\uFEFF/, ' '));
  } catch (cause) {
    // Arrays that are nested too deep overflow the parser's stack.
    if (cause instanceof RangeError)
      return { message: 'this TOML is nested too deep to be read', hint: null, at: source.place(0, 0) };
    if (!(cause instanceof SyntaxError)) throw cause;
    const offset = 'index' in cause && typeof cause.index === 'number' ? cause.index : 0;
    const start = Math.min(offset, source.text.length);
    return { message: `not valid TOML: ${cause.message}`, hint: null, at: source.place(start, start + 1) };
  }
}
