/** What the user says about what is read. */
export interface ReadOptions {
  /** Files to read, absolute or relative to the root; empty: what the tree has. */
  readonly paths: readonly string[];
  /** `--python` and `--platform`: they override what was read. */
  readonly targets: { readonly python: readonly string[]; readonly platform: readonly string[] };
  /** Only the service of that name. */
  readonly service: string | null;
  /** Only the services of these names, some of which may be gone. */
  readonly services?: readonly string[] | undefined;
  /** Locks in the place of the manifests that they were made from, and nothing else. */
  readonly frozen?: boolean;
  /** `--raise-python`: services on an older one are read as they will be on it, with the places that have to move. */
  readonly raisePython?: string | null;
  /** Files that are read beside those of the services: what was written is looked at again. */
  readonly also?: readonly string[];
  /** Development lines are left out. */
  readonly noDev?: boolean;
}
