import type { Severity } from '../../domain/advisory.ts';

/** Bumped whenever what is kept of a record, or how its ranges are read, changes: older caches are then read anew. */
export const STORED_FORMAT = 1;

export type EventKind = 'introduced' | 'fixed' | 'last_affected' | 'limit';

/** A version range of a record. `known` false: a type that OSV did not have when this was written. */
export interface StoredRange {
  readonly known: boolean;
  /** Never empty. */
  readonly events: readonly (readonly [EventKind, string])[];
}

export type CvssKind = 'v4' | 'v3' | 'v2';

/** One OSV record as far as it speaks of one package, cut down to what an audit uses. Plain JSON. */
export interface StoredRecord {
  readonly id: string;
  readonly aliases: readonly string[];
  /** RFC 3339 in UTC with milliseconds, so that texts compare; null where there is none that can be read. */
  readonly modified: string | null;
  readonly published: string | null;
  readonly withdrawn: string | null;
  readonly summary: string;
  readonly references: readonly string[];
  /** Kind, base score and vector. */
  readonly scores: readonly (readonly [CvssKind, number, string])[];
  /** The database's own word. */
  readonly word: Severity | null;
  readonly ranges: readonly StoredRange[];
  /** Versions named one by one that the ranges do not already hold for affected. */
  readonly versions: readonly string[];
  /** Why no version can be matched against it, or null. */
  readonly unusable: string | null;
  /** Bounds that are no versions of the ecosystem: "last_affected 2.6.0-NA". */
  readonly unreadableBounds: readonly string[];
}

/** With its long text, half of all bytes, which is looked into where a claim is judged. */
export interface WholeRecord extends StoredRecord {
  readonly details: string;
}
