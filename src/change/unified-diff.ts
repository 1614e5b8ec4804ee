import { createTwoFilesPatch } from 'diff';
import { asBuffer } from '../io/as-buffer.ts';
import type { ChangedFile } from './apply-edits.ts';
import { fileBytes } from './source-bytes.ts';

type Texts = Pick<ChangedFile, 'path' | 'before' | 'after'>;

/**
 * What would be written, as one patch that `git apply` and `patch -p1` take: both compare bytes, so that its lines are those of the files
 * in their own encodings.
 */
export function patchOf(files: readonly (Texts & Pick<ChangedFile, 'encoding'>)[]): Uint8Array {
  const parts = files.map((file) => {
    const before = unitsOf(fileBytes(file, file.before));
    const after = unitsOf(fileBytes(file, file.after));
    // Names come out in ASCII: what is not is quoted, as git does.
    return Buffer.from(unifiedDiff([{ path: file.path, before, after }]), 'latin1');
  });
  return Buffer.concat(parts);
}

/** Bytes as a text that has one unit for each. */
function unitsOf(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1');
}

/** The same as text: line ends, a missing final newline and a byte order mark are told as they are. Empty where nothing changes. */
export function unifiedDiff(files: readonly Texts[]): string {
  return files
    .filter((file) => file.before !== file.after)
    .map((file) =>
      createTwoFilesPatch(`a/${file.path}`, `b/${file.path}`, file.before, file.after, undefined, undefined, {
        context: 3,
        headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
      }),
    )
    .join('');
}
