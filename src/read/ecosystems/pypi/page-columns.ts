import type { ProjectStatus } from './page-file.ts';

/** In `tagSets` of a file: it is an sdist. */
export const SDIST = 0xffff;
/** In `flags` of a file. */
export const YANKED = 1;
export const FINGERPRINT_BYTES = 8;

/**
 * A project's page as columns: what a resolve reads, and nothing else. Files are grouped by version, versions ascend,
 * so that the files of version v are those from `firstFile[v]` up to `firstFile[v + 1]`.
 */
export interface PageColumns {
  /** Canonical texts, ascending, unique; a version may have no file. */
  readonly versions: readonly string[];
  readonly firstFile: Uint32Array;
  /** A position in `tags`, or SDIST. */
  readonly tagSets: Uint16Array;
  /** A position in `runtimes`. */
  readonly runtimeIds: Uint16Array;
  readonly flags: Uint8Array;
  /** Seconds since 1970; 0 where the index does not tell. */
  readonly uploaded: Uint32Array;
  /** Eight bytes a file that tell it from any other of its version, whatever its address: keys of what was read of it. */
  readonly fingerprints: Uint8Array;
  /** "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", each once. */
  readonly tags: readonly string[];
  /** Requires-Python as written, each once; "" where there is none. */
  readonly runtimes: readonly string[];
  /** By version, for versions that have a yanked file with a reason. */
  readonly yankReasons: ReadonlyMap<number, string>;
  readonly status: ProjectStatus | null;
  /** Entries of the page that made no sense, and the first of them. */
  readonly notRead: { readonly count: number; readonly example: string } | null;
}

/** What only a download, a hash or a list of files asks for, file by file in the order of the columns. */
export interface PageDetails {
  readonly filenames: readonly string[];
  /** Empty in a bundle. */
  readonly urls: readonly string[];
  /** "sha256:…" or empty. */
  readonly hashes: readonly string[];
  /** -1 where the index does not tell. */
  readonly sizes: readonly number[];
  /** "-": no metadata file is announced; "+": one is, without hash; else its hash. */
  readonly metadata: readonly string[];
}

/** The details of one file. */
export interface FileDetails {
  readonly filename: string;
  readonly url: string;
  readonly hash: string;
  readonly size: number;
  readonly metadata: string;
}

export interface Page {
  readonly columns: PageColumns;
  /** Read when first asked for. */
  details(): PageDetails;
  /** Those of one file: of a page from the cache little else is read for it. */
  file(at: number): FileDetails;
}

/** A page whose details are read whole or not at all. */
export function wholePage(columns: PageColumns, details: () => PageDetails): Page {
  return { columns, details, file: (at) => detailsOfFile(details(), at) };
}

export function detailsOfFile(details: PageDetails, at: number): FileDetails {
  return {
    filename: details.filenames[at]!,
    url: details.urls[at]!,
    hash: details.hashes[at]!,
    size: details.sizes[at]!,
    metadata: details.metadata[at]!,
  };
}

/** The details of several files as columns. */
export function detailsOfFiles(files: readonly FileDetails[]): PageDetails {
  return {
    filenames: files.map((file) => file.filename),
    urls: files.map((file) => file.url),
    hashes: files.map((file) => file.hash),
    sizes: files.map((file) => file.size),
    metadata: files.map((file) => file.metadata),
  };
}

/** The fingerprint of a file in hexadecimal. */
export function fingerprintText(columns: PageColumns, file: number): string {
  const at = file * FINGERPRINT_BYTES;
  return Buffer.from(
    columns.fingerprints.buffer,
    columns.fingerprints.byteOffset + at,
    FINGERPRINT_BYTES,
  ).toString('hex');
}

/** Whether a fingerprint is known: a bundle keeps those of files alone whose metadata it holds. */
export function hasFingerprint(columns: PageColumns, file: number): boolean {
  const at = file * FINGERPRINT_BYTES;
  return columns.fingerprints.subarray(at, at + FINGERPRINT_BYTES).some((byte) => byte !== 0);
}
