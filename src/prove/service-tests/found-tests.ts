/** The tests that a service's folder holds, found without running anything. */
export type FoundTests = RunnableTests | NoTests;

export interface RunnableTests {
  readonly kind: 'found';
  /** The service's folder, absolute. */
  readonly folder: string;
  readonly runner:
    | { readonly kind: 'pytest'; readonly version: string }
    /** `files`: relative to the folder; unittest is given each. */
    | { readonly kind: 'unittest'; readonly files: readonly string[] };
  /** Where pytest's settings stand, relative to the folder; null: in no file. */
  readonly settings: string | null;
  /** Folders below the service's that its own package is imported from as if it were installed: "src". */
  readonly sourceFolders: readonly string[];
  /** How many files look like test files. */
  readonly files: number;
}

/** Tests cannot be run, or there are none: the claim is unknown, and what would make it known. */
export interface NoTests {
  readonly kind: 'none' | 'runner-missing';
  readonly why: string;
  readonly hint: string;
}
