/** A replacement of text in one file: `expected` stands at `start` now, `replacement` will. Offsets as in SourceSpan. */
export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly expected: string;
  readonly replacement: string;
}
