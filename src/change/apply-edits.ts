import type { Edit } from '../domain/edit.ts';
import { UserFacingError } from '../domain/errors.ts';
import type { PackageName } from '../domain/package-name.ts';
import type { SourceFile } from '../domain/project.ts';

/** A file as it was read and as it will be. */
export interface ChangedFile {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  /** sha256 of the bytes that were read. */
  readonly digest: string;
  /** As in `SourceFile`: of both texts. */
  readonly encoding?: string;
  readonly before: string;
  readonly after: string;
  /** What turns one into the other, in order; absent where its own tool wrote the file. */
  readonly replaced?: readonly Replaced[];
}

/** A stretch of the old text, in offsets as in SourceSpan, and what stands in its place. */
export interface Replaced {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The package that it is about, or null. */
  readonly name: PackageName | null;
}

/**
 * The text with all edits made. Lines and entries that are inserted at one offset come in the order given, after what is
 * inserted into the line before them; an edit that is given twice (by two services that share the file) counts once; what two
 * deletions both take is taken once. Throws `file-changed` where the expected text does not stand, and a RangeError
 * where two edits clash.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return withReplaced(text, replacedBy(text, edits));
}

/** The text with these stretches replaced; none of them overlaps another. */
export function withReplaced(text: string, replaced: readonly Omit<Replaced, 'name'>[]): string {
  const parts: string[] = [];
  let done = 0;
  for (const { start, end, text: instead } of replaced) {
    parts.push(text.slice(done, start), instead);
    done = end;
  }
  return [...parts, text.slice(done)].join('');
}

/** What the edits come to: stretches in order, none of which overlaps another. Throws as `applyEdits`. */
export function replacedBy(text: string, edits: readonly Edit[]): readonly Replaced[] {
  const replaced: Replaced[] = [];
  const ordered = inOrder(edits);
  let done = 0;
  for (const [at, edit] of ordered.entries()) {
    const [last, next] = [ordered[at - 1], ordered[at + 1]];
    if (last && clash(last, edit))
      throw new RangeError(`edits of ${edit.file} clash at offset ${edit.start}`);
    if (edit.end < edit.start || text.slice(edit.start, edit.end) !== edit.expected)
      throw new UserFacingError('file-changed', `${edit.file} no longer holds what was read`, {
        hint: `expected "${edit.expected}" at offset ${edit.start}; run the command again`,
      });
    const before = last && areTogether(last, edit) ? edit.among?.between : edit.among?.before;
    const after = next && areTogether(edit, next) ? '' : edit.among?.after;
    const start = Math.max(done, edit.start);
    done = Math.max(done, edit.end);
    const instead = `${before ?? ''}${edit.replacement}${after ?? ''}`;
    if (start < done || instead !== '')
      replaced.push({ start, end: done, text: instead, name: edit.name ?? null });
  }
  return replaced;
}

/** Whether two insertions share what surrounds them. */
function areTogether(a: Edit, b: Edit): boolean {
  return a.start === b.start && b.among !== undefined && surroundingsOf(a) === surroundingsOf(b);
}

function surroundingsOf({ among }: Edit): string {
  return among === undefined ? '' : JSON.stringify([among.before, among.between, among.after]);
}

/** Whether two edits of one file cannot both be made. */
export function clash(a: Edit, b: Edit): boolean {
  if (a.file !== b.file || keyOf(a) === keyOf(b)) return false;
  if (a.start === a.end && a.start === b.start && b.start === b.end) return !mayMeet(a) && !mayMeet(b);
  return (
    Math.max(a.start, b.start) < Math.min(a.end, b.end) && (a.replacement !== '' || b.replacement !== '')
  );
}

/** A file that was read, with its new text. */
export function changedFile({ path, digest, encoding, text }: SourceFile, after: string): ChangedFile {
  return { path, digest, ...(encoding === undefined ? {} : { encoding }), before: text, after };
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
      const replaced = replacedBy(file.text, own);
      return { ...changedFile(file, withReplaced(file.text, replaced)), replaced };
    })
    .filter((file) => file.before !== file.after);
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  const unique = new Map(edits.map((edit) => [keyOf(edit), edit]));
  return [...unique.values()].sort(
    (a, b) =>
      a.start - b.start ||
      a.end - b.end ||
      Number(mayMeet(a)) - Number(mayMeet(b)) ||
      compare(surroundingsOf(a), surroundingsOf(b)),
  );
}

function keyOf(edit: Edit): string {
  const { file, start, end, expected, replacement } = edit;
  return JSON.stringify([file, start, end, expected, replacement, surroundingsOf(edit)]);
}

/** An inserted line has its line end before or after it; an inserted specifier never has one. */
function mayMeet(edit: Edit): boolean {
  return edit.among !== undefined || /[\r\n]/.test(edit.replacement);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
