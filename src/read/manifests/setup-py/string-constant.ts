import { LogicalText } from '../logical-text.ts';

const CHANGED = 'its string is not written as one plain string';

/**
 * The lines of a Python string constant (setuptools takes a string for a list with a line for each requirement), without
 * empty ones and comments. A line stands in the file as it is where the source between the quotes is the value.
 */
export function constantLines(
  source: string,
  start: number,
  end: number,
  value: string,
): readonly LogicalText[] {
  const quotes = /^[rRuU]?("""|'''|"|')/.exec(source.slice(start, start + 4));
  const [from, to] = quotes ? [start + quotes[0].length, end - quotes[1]!.length] : [start, start];
  const plain = to >= from && source.slice(from, to).replace(/\r\n?/g, '\n') === value;
  const all = plain
    ? linesOf(source.slice(from, to)).map(([a, b]) => LogicalText.verbatim(source, from + a, from + b))
    : linesOf(value).map(
        ([a, b]) => new LogicalText([{ text: value.slice(a, b), start, end, changed: CHANGED }], CHANGED),
      );
  return all
    .map((line) => line.trimmed())
    .filter(({ text }) => text !== '' && !text.startsWith('#'))
    .map((line) => {
      const comment = line.text.indexOf(' #');
      return comment === -1 ? line : line.part(0, comment).trimmed();
    });
}

function linesOf(text: string): readonly (readonly [number, number])[] {
  return [...text.matchAll(/[^\r\n]+/g)].map((match) => [match.index, match.index + match[0].length]);
}
