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
 * The text with all edits made. Lines that are inserted at one offset come in the order given, after what is inserted
 * into the line before them; an edit that is given twice (by two services that share the file) counts once; what two
 * deletions both take is taken once. Throws `file-changed` where the expected text does not stand, and a RangeError
 * where two edits clash.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let done = 0;
  let last: Edit | null = null;
  for (const edit of joined(inOrder(edits))) {
    if (last && clash(last, edit))
      throw new RangeError(`edits of ${edit.file} clash at offset ${edit.start}`);
    if (edit.end < edit.start || text.slice(edit.start, edit.end) !== edit.expected)
      throw new UserFacingError('file-changed', `${edit.file} no longer holds what was read`, {
        hint: `expected "${edit.expected}" at offset ${edit.start}; run the command again`,
      });
    parts.push(text.slice(done, Math.max(done, edit.start)), edit.replacement);
    done = Math.max(done, edit.end);
    last = edit;
  }
  parts.push(text.slice(done));
  return parts.join('');
}

/** Whether two edits of one file cannot both be made. */
export function clash(a: Edit, b: Edit): boolean {
  if (a.file !== b.file || keyOf(a) === keyOf(b)) return false;
  if (frameOf(a) !== null && frameOf(a) === frameOf(b)) return false;
  if (a.start === a.end && a.start === b.start && b.start === b.end) return !isLine(a) && !isLine(b);
  return (
    Math.max(a.start, b.start) < Math.min(a.end, b.end) && (a.replacement !== '' || b.replacement !== '')
  );
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
  const unique = new Map(edits.map((edit) => [keyOf(edit), edit]));
  return [...unique.values()].sort(
    (a, b) => a.start - b.start || a.end - b.end || Number(isLine(a)) - Number(isLine(b)),
  );
}

function keyOf(edit: Edit): string {
  return JSON.stringify([edit.file, edit.start, edit.end, edit.expected, edit.replacement]);
}

/** Insertions that share a place and a frame as one. */
function joined(edits: readonly Edit[]): readonly Edit[] {
  const made: Edit[] = [];
  for (const edit of edits) {
    const last = made.at(-1);
    if (last?.joined === undefined || edit.joined === undefined || frameOf(last) !== frameOf(edit)) {
      made.push(edit);
      continue;
    }
    const { before, between, after } = last.joined;
    const item = `${last.joined.item}${between}${edit.joined.item}`;
    made[made.length - 1] = {
      ...last,
      replacement: `${before}${item}${after}`,
      joined: { ...last.joined, item },
    };
  }
  return made;
}

/** The place and the frame of an insertion that others may join, or null. */
function frameOf({ file, start, end, joined: frame }: Edit): string | null {
  if (frame === undefined || start !== end) return null;
  return JSON.stringify([file, start, frame.before, frame.between, frame.after]);
}

/** An inserted line has its line end before or after it; an inserted specifier never has one. */
function isLine(edit: Edit): boolean {
  return /[\r\n]/.test(edit.replacement);
}
