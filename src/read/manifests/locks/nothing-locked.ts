import type { LockFile } from '../../../domain/lock-file.ts';

/** A lock of which nothing is known but why it could not be read. */
export function nothingLocked(path: string, tool: string, unreadable: LockFile['unreadable']): LockFile {
  return {
    ...{ path, tool, unreadable, entries: [], roots: null, extras: [] },
    ...{ requiresRuntime: null, madeFor: [], outdated: null },
  };
}
