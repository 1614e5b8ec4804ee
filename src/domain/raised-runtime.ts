import type { SourceSpan } from './source-span.ts';

/** A place in a file that says which runtime a service is on, and what it is to say. */
export interface RuntimePlace {
  /** Where the text stands that is replaced: the version alone, or a whole range of versions. */
  readonly span: SourceSpan;
  /** `image`: the version in the name of a base image. `path`: in the name of a folder or program of that image. */
  readonly kind: 'image' | 'path' | 'version' | 'range';
  /** The text as it is written there. */
  readonly from: string;
  /** The same text where nothing has to move: a range that admits the new runtime. */
  readonly to: string;
  /** Why the place cannot be moved though it has to, or null. One that cannot stops the whole write. */
  readonly refused: string | null;
}

/** A service whose runtime is raised together with its requirements. */
export interface RaisedRuntime {
  /** The versions that it is on today, as its files say them. */
  readonly from: readonly string[];
  readonly to: string;
  /** Only what is of an older series, file by file in the order in which they are asked. */
  readonly places: readonly RuntimePlace[];
}
