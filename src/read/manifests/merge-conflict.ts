import type { Unreadable } from '../../domain/project.ts';
import type { SourceText } from './source-text.ts';

/** The first mark that a merge left in a file (git's `<<<<<<< ours`), said at its line; null where there is none. */
export function mergeConflict(source: SourceText): Unreadable | null {
  const mark = /^(?:<{7}|>{7}|\|{7})(?= |$)/m.exec(source.text);
  if (!mark) return null;
  return {
    message: 'a merge conflict is left in the file, so what it asks for is unknown',
    hint: 'resolve it and remove its marks',
    at: source.place(mark.index, mark.index + 7),
  };
}
