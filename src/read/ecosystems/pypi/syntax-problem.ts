import type { SyntaxProblem } from '../ecosystem.ts';

const LONGEST_QUOTE = 40;

/** Untrusted text inside a message: quoted, cut, control characters escaped. */
export function quoted(text: string): string {
  const cut = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return JSON.stringify(cut);
}

/** A problem at `start`; without `end` it spans what stands there up to the next blank, comma, semicolon or bracket. */
export function problemAt(text: string, expected: string, start: number, end?: number): SyntaxProblem {
  const word = /^[^\s,;()[\]]+/.exec(text.slice(start))?.[0].length ?? 1;
  const until = Math.min(end ?? start + word, text.length);
  const found = start < until ? quoted(text.slice(start, until)) : 'the end';
  return { kind: 'syntax-problem', message: `expected ${expected}, found ${found}`, start, end: until };
}

/** Tells a problem from a parsed value, which of a name is a text. */
export function isProblem(value: object | string): value is SyntaxProblem {
  return typeof value === 'object' && 'kind' in value && value.kind === 'syntax-problem';
}

/** The same problem in the coordinates of a text that holds this one at `offset`. */
export function shifted(problem: SyntaxProblem, offset: number): SyntaxProblem {
  return { ...problem, start: problem.start + offset, end: problem.end + offset };
}
