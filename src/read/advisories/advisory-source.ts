import type { PackageName } from '../../domain/package-name.ts';
import type { StoredRecord } from './stored-record.ts';

/** Where advisories came from and how good that was. */
export interface SourceState {
  /** As the user gave it, without credentials. */
  readonly name: string;
  /** The day of its newest record, or of its answer; null where nothing was had. */
  readonly date: string | null;
  /** How many records it holds, or has given so far. */
  readonly records: number;
  /** False: some of what was asked was not answered, and silence about a package proves nothing. */
  readonly reachable: boolean;
  /** Why not, in one sentence. */
  readonly why: string | null;
}

/** A record that says less than it should; told once, never dropped in silence. */
export interface AdvisoryProblem {
  /**
   * `unreadable-record`: broken or not to be had. `unmatchable`: it names no version that can be read, and no alias
   * of it does. `unreadable-bound`: a bound is no version, so some versions are only possibly affected.
   */
  readonly kind: 'unreadable-record' | 'unmatchable' | 'unreadable-bound';
  readonly id: string;
  /** All ids of its group, for waivers. */
  readonly ids: readonly string[];
  /** Null: which package it speaks of could not be read. */
  readonly package: PackageName | null;
  readonly why: string;
  readonly source: string;
}

/** One source of advisories: asked in bulk, then read at once. */
export interface AdvisorySource {
  /** Makes `records` answer for these packages. What cannot be reached is told by `state` and `unanswered`. */
  load(names: readonly PackageName[]): Promise<void>;
  records(name: PackageName): readonly StoredRecord[];
  /** The long texts of these records, in their order. */
  details(name: PackageName): readonly string[];
  /** Why nothing is known of a package that was loaded; null where `records` is the whole answer. */
  unanswered(name: PackageName): string | null;
  readonly state: SourceState;
  readonly problems: readonly AdvisoryProblem[];
}
