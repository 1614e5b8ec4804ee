import type { AST } from 'toml-eslint-parser';
import type { ErrorPlace } from '../../domain/errors.ts';

/** Where the value at a path of keys stands; of the longest beginning of that path that is there. */
export function placeOfKeys(
  file: string,
  text: string,
  program: AST.TOMLProgram,
  keys: readonly string[],
): ErrorPlace {
  const { loc, range } = nodeAt(program, keys);
  return linePlace(file, text, loc.start.line, loc.start.column, range);
}

/** A place on a line (from 1) and column (from 0); without a range up to the line's end. */
export function linePlace(
  file: string,
  text: string,
  line: number,
  column: number,
  range?: readonly [number, number],
): ErrorPlace {
  const lines = text.split('\n');
  const sourceLine = lines[line - 1] ?? '';
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const start = range?.[0] ?? before + column;
  const end = range?.[1] ?? before + sourceLine.length;
  return {
    span: { file, start, end, line, column: column + 1 },
    sourceLine: sourceLine.replace(/\r$/, ''),
  };
}

/** The node whose resolved key is the longest beginning of `keys`. */
function nodeAt(program: AST.TOMLProgram, keys: readonly string[]): AST.TOMLNode {
  let best: AST.TOMLNode = program;
  let length = 0;
  const consider = (node: AST.TOMLNode, path: readonly string[]): void => {
    const matches = path.length <= keys.length && path.every((key, at) => key === keys[at]);
    if (matches && path.length > length) [best, length] = [node, path.length];
  };
  const visit = (
    node: AST.TOMLTable | AST.TOMLKeyValue | AST.TOMLContentNode,
    prefix: readonly string[],
  ): void => {
    if (node.type === 'TOMLTable') {
      const path = node.resolvedKey.map(String);
      consider(node.key, path);
      for (const entry of node.body) visit(entry, path);
    } else if (node.type === 'TOMLKeyValue') {
      const names = node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
      const path = [...prefix, ...names];
      consider(node.value, path);
      visit(node.value, path);
    } else if (node.type === 'TOMLArray') {
      for (const [at, element] of node.elements.entries()) {
        const path = [...prefix, String(at)];
        consider(element, path);
        visit(element, path);
      }
    } else if (node.type === 'TOMLInlineTable') for (const entry of node.body) visit(entry, prefix);
  };
  for (const entry of program.body[0].body) visit(entry, []);
  return best;
}
