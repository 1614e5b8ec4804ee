import type { Edit } from '../domain/edit.ts';
import { UserFacingError } from '../domain/errors.ts';
import type { SourceFile } from '../domain/project.ts';

/** A file as it was read and as it will be. */
export interface ChangedFile {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  /** sha256 of the bytes that were read. */
  readonly digest: string;
  readonly before: string;
  readonly after: string;
}

/**
 * The text with all edits made. Edits at one offset are inserted in the order given; an edit that is given twice
 * (by two services that share the file) counts once. Throws `file-changed` where the expected text does not
 * stand, and a RangeError where two edits overlap.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const edit of inOrder(edits)) {
    if (edit.start < done) throw new RangeError(`edits of ${edit.file} overlap at offset ${edit.start}`);
    if (edit.end < edit.start || text.slice(edit.start, edit.end) !== edit.expected)
      throw new UserFacingError('file-changed', `${edit.file} no longer holds what was read`, {
        hint: `expected "${edit.expected}" at offset ${edit.start}; run the command again`,
      });
    parts.push(text.slice(done, edit.start), edit.replacement);
    done = edit.end;
  }
  parts.push(text.slice(done));
  return parts.join('');
}

/** Every file that the edits change, by path. A file that ends as it was is left out. */
export function applyEditsToFiles(
  files: ReadonlyMap<string, SourceFile>,
  edits: readonly Edit[],
): readonly ChangedFile[] {
  const paths = [...new Set(edits.map((edit) => edit.file))].sort();
  return paths
    .map((path) => {
      const file = files.get(path);
      if (file === undefined) throw new RangeError(`edit of ${path}, which was not read`);
      const own = edits.filter((edit) => edit.file === path);
      return { path, digest: file.digest, before: file.text, after: applyEdits(file.text, own) };
    })
    .filter((file) => file.before !== file.after);
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  const unique = new Map(
    edits.map((edit) => [JSON.stringify([edit.start, edit.end, edit.expected, edit.replacement]), edit]),
  );
  return [...unique.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}
