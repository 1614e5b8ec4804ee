import type { Unreadable } from '../../../domain/project.ts';
import type { SourceText } from '../source-text.ts';

/** The first thing that is wrong in a text, and what should stand there. */
export interface Wrong {
  readonly expected: string;
  readonly offset: number;
}

/** Says at its place that a file is not of its language ("JSON"). */
export function notValid(language: string, { expected, offset }: Wrong, source: SourceText): Unreadable {
  const start = Math.min(offset, source.text.length);
  const at = source.place(start, Math.min(start + 1, source.text.length));
  return { message: `not valid ${language}: ${expected} is expected here`, hint: null, at };
}
