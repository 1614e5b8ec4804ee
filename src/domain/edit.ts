/** A replacement of text in one file: `expected` stands at `start` now, `replacement` will. Offsets as in SourceSpan. */
export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly expected: string;
  readonly replacement: string;
  /** Of an insertion that several may make at one place: they are written in one frame, in the order given. */
  readonly joined?: {
    readonly before: string;
    readonly item: string;
    readonly between: string;
    readonly after: string;
  };
}
