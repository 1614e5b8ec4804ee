import type { ErrorPlace } from '../../../domain/errors.ts';
import type { Unreadable } from '../../../domain/project.ts';

/** An image that a file says how to build. */
export interface ImageBuild {
  /** "target \"app\"", for messages. */
  readonly name: string;
  /** From the folder that its builder is called in; null: the file does not tell which. */
  readonly dockerfile: string | null;
  /** What it is built for, as it is written. */
  readonly platforms: readonly { readonly text: string; readonly at: ErrorPlace }[];
  /** What is not known of it. */
  readonly unreadable: readonly Unreadable[];
}

/** The images of files that are read together. */
export interface ImageBuilds {
  /** Where the files stand. */
  readonly folder: string;
  readonly builds: readonly ImageBuild[];
  /** Parts of the files that could not be read: any image may be meant. */
  readonly unreadable: readonly Unreadable[];
}

export const SAY_PLATFORM = 'say what it is built for with --platform';
