import type { PackageName } from './package-name.ts';

/** A replacement of text in one file: `expected` stands at `start` now, `replacement` will. Offsets as in SourceSpan. */
export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly expected: string;
  readonly replacement: string;
  /** The package whose line it touches; absent: it is about none, such as the runtime. */
  readonly name?: PackageName;
  /** For an insertion that may have others of its kind at the same place: they are put together, in the order given. */
  readonly among?: Surroundings;
}

/** What stands once before all insertions of one place, between two of them, and after them. */
export interface Surroundings {
  readonly before: string;
  readonly between: string;
  readonly after: string;
}
