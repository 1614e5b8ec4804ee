import { createTwoFilesPatch } from 'diff';

/**
 * What would be written, as one patch that `git apply` and `patch -p1` take: line ends, a missing final newline
 * and a byte order mark are told as they are. Empty where nothing changes.
 */
export function unifiedDiff(
  files: readonly { readonly path: string; readonly before: string; readonly after: string }[],
): string {
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
