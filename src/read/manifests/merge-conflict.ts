import type { Unreadable } from '../../domain/project.ts';
import type { SourceText } from './source-text.ts';

/** The first mark that git left in a file whose two sides it could not bring together; null where there is none. */
export function mergeConflict(source: SourceText): Unreadable | null {
  const found = /^<{7}(?= |$).*$/m.exec(source.text);
  if (found === null) return null;
  return {
    message: 'a merge conflict is left in the file',
    hint: 'resolve it: keep one side and remove the lines <<<<<<<, ======= and >>>>>>>',
    at: source.place(found.index, found.index + found[0].length),
  };
}
