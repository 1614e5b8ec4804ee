/** An archive that is refused or cannot be read; `message` is one sentence for the user, foreign text escaped. */
export interface ArchiveProblem {
  readonly kind: 'archive-problem';
  readonly message: string;
}

/** Bounds on what an archive may make the reader do. Sizes in bytes, after decompression. */
export interface ArchiveLimits {
  readonly maxEntries: number;
  readonly maxMemberBytes: number;
  /** Of all members that are read; for a tar of all that it holds. */
  readonly maxTotalBytes: number;
}

/** Above what any published distribution needs for its metadata. */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  maxEntries: 200_000,
  maxMemberBytes: 16 * 1024 * 1024,
  maxTotalBytes: 1024 * 1024 * 1024,
};

/**
 * Reads parts of something by offset: a buffer, or a file on a server. `read` gives exactly `length` bytes, at once where they are
 * at hand, for an archive's directory is read in thousands of small steps; it rejects where they cannot be had.
 */
export interface RangeReader {
  readonly size: number;
  read(start: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** A reader over bytes in memory. */
export function bytesReader(bytes: Uint8Array): RangeReader {
  return {
    size: bytes.length,
    read: (start, length) =>
      start >= 0 && length >= 0 && start + length <= bytes.length
        ? bytes.subarray(start, start + length)
        : Promise.reject(new RangeError('beyond the end')),
  };
}

/** A problem value with its message. */
export function archiveProblem(message: string): ArchiveProblem {
  return { kind: 'archive-problem', message };
}

/** Tells a problem from what a reader gives otherwise. */
export function isArchiveProblem(result: object | null): result is ArchiveProblem {
  return result !== null && 'kind' in result && result.kind === 'archive-problem';
}

/** A member's name as it may be shown: quoted, control characters escaped, cut after 200 characters. */
export function shownName(name: string): string {
  const short = name.length > 200 ? `${name.slice(0, 200)}…` : name;
  return JSON.stringify(short).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether a member's name would lead out of the folder that the archive is unpacked in. */
export function leadsOut(name: string): boolean {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(name)) return true;
  return name.includes('..') && name.split(/[/\\]/).includes('..');
}
