/**
 * A place in a file of the project. `file` is relative to the project's root with forward slashes; `start` and
 * `end` are offsets in UTF-16 units of the decoded text (a byte order mark counts as one); `line` and `column`
 * are those of `start`, from 1.
 */
export interface SourceSpan {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}
