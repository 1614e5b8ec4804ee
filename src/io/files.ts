/** What a folder holds: entry names, not followed. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/** The file system. Paths are absolute. `null` where nothing is there; other failures are UserFacingErrors. */
export interface Files {
  read(path: string, maxBytes?: number): Promise<Uint8Array | null>;
  list(path: string): Promise<readonly DirectoryEntry[] | null>;
  /** Where a path leads after all symbolic links; null where nothing is there. */
  realPath(path: string): Promise<string | null>;
  /**
   * Writes beside the file, syncs, and renames over it: afterwards the old bytes or the new ones stand there, never
   * part of them. Mode and owner of an existing file are kept, a symbolic link is followed.
   */
  writeAtomic(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  /** Exclusive between processes; released when the process ends, however it ends. Null: somebody holds it. */
  lock(path: string): Promise<{ release(): Promise<void> } | null>;
}
