import type { Scan } from '../../../decide/findings/scan.ts';
import type { ServiceScan } from '../../../decide/findings/examine.ts';
import type { Evidence } from '../../../domain/evidence.ts';
import type { Target } from '../../../domain/target.ts';
import type { DocumentFacts } from './document-facts.ts';
import type { Shelf } from './shelf.ts';

/** All that claims are judged by. */
export interface JudgeNeeds {
  readonly shelf: Shelf;
  readonly facts: DocumentFacts;
  readonly targets: readonly Target[];
  /** The day that is judged as of: today's, or `--as-of`. */
  readonly day: Date;
  readonly asOf: Date | null;
  /** The project as its files are, where a folder was given. */
  readonly scan: Scan | null;
  /** The versions that the document names, resolved as one set; null: it names none, or they could not be looked up. */
  readonly set: NamedSet | null;
  /** Records of what was tried out, of a kept run or of this one: installed, imported, tested, built. */
  readonly measured: Measured | null;
}

export interface NamedSet {
  readonly scanned: ServiceScan;
  /** "tensorflow 2.19.1" and so on, in the document's order. */
  readonly versions: readonly string[];
  /** What the document names and the index does not have. */
  readonly missing: readonly string[];
}

export interface Measured {
  /** "this run", "run 2026-11-27T04-30-00-000Z". */
  readonly by: string;
  readonly evidence: readonly Evidence[];
  /** Bytes of each image that this run built and measured; a kept run's records say them in words alone. */
  readonly imageBytes: readonly number[];
}
