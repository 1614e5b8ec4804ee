import type { SyntaxProblem } from '../ecosystem.ts';

const LONGEST_QUOTE = 40;

/** Untrusted text inside a message: quoted, cut, control characters escaped. */
export function quoted(text: string): string {
  const cut = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return JSON.stringify(cut);
}

/** What stands at an offset, for "expected …, found …". */
export function foundAt(text: string, at: number): string {
  return at >= text.length
    ? 'the end'
    : quoted(/^\s*(?:[\w.!+*-]+|\S)/.exec(text.slice(at))?.[0].trim() ?? ' ');
}

/** A problem at `start`; without `end` it spans what stands there up to the next blank or comma. */
export function problemAt(text: string, expected: string, start: number, end?: number): SyntaxProblem {
  const rest = /^[^\s,;()[\]]+|^\S/.exec(text.slice(start))?.[0].length ?? 0;
  return {
    kind: 'syntax-problem',
    message: `expected ${expected}, found ${foundAt(text, start)}`,
    start,
    end: end ?? Math.min(start + Math.max(rest, start < text.length ? 1 : 0), text.length),
  };
}

/** Tells a problem from a parsed value. */
export function isProblem(value: object): value is SyntaxProblem {
  return 'kind' in value && value.kind === 'syntax-problem';
}

/** The same problem in the coordinates of a text that holds this one at `offset`. */
export function shifted(problem: SyntaxProblem, offset: number): SyntaxProblem {
  return { ...problem, start: problem.start + offset, end: problem.end + offset };
}
