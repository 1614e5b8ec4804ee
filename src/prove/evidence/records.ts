import { bytesOf, digestOf } from '../../change/source-bytes.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { canonicalJson } from './canonical-json.ts';

/** Which run the records of a chain are of. */
export interface RunIdentity {
  /** The run's name in `.fettle/runs`. */
  readonly id: string;
  readonly tool: { readonly name: 'fettle'; readonly version: string | null };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** What the run worked on, by name: a file, a bundle; "sha256:…". */
  readonly inputs: Readonly<Record<string, string>>;
}

/** The first record of a chain. */
export interface OpeningRecord {
  readonly sequence: 0;
  readonly previous: null;
  readonly run: RunIdentity;
}

/** One piece of evidence, chained to the record before it. */
export interface EvidenceRecord {
  /** 1 for the first after the opening. */
  readonly sequence: number;
  /** "sha256:…" of the record before in canonical JSON (RFC 8785). */
  readonly previous: string;
  readonly evidence: Evidence;
}

/** All records of a run, in the order in which they were made. */
export type Chain = readonly [OpeningRecord, ...EvidenceRecord[]];

/** What a chain is judged by, also where it was read from a file. */
type Link = Pick<OpeningRecord | EvidenceRecord, 'previous' | 'sequence'>;

/** "sha256:…" of a record in canonical JSON. */
export function recordDigest(record: unknown): string {
  return `sha256:${digestOf(bytesOf(canonicalJson(record)))}`;
}

/** The evidence of one run as a chain, each record naming the digest of the one before. */
export function chain(run: RunIdentity, evidence: readonly Evidence[]): Chain {
  const opening: OpeningRecord = { sequence: 0, previous: null, run };
  let previous = recordDigest(opening);
  const records = evidence.map((one, at) => {
    const record: EvidenceRecord = { sequence: at + 1, previous, evidence: one };
    previous = recordDigest(record);
    return record;
  });
  return [opening, ...records];
}

/** The digest that stands for a whole chain: that of its last record. */
export function headOf(records: readonly Link[]): string {
  return recordDigest(records.at(-1));
}

export type ChainState =
  | { readonly kind: 'intact' }
  /** `record`: the sequence number of the first that is not as it was written. */
  | { readonly kind: 'broken'; readonly record: number; readonly why: string };

/**
 * Whether records are a chain that ends in `head`, and the first that is wrong. A record that was changed no longer has the digest
 * that the next one names; whoever changes all that follow as well, and the head, is only found out by a signature.
 */
export function verifyChain(records: readonly Link[], head: string): ChainState {
  for (const [at, record] of records.entries()) {
    if (record.sequence !== at)
      return broken(at, `it has the number ${record.sequence}: one is missing, or their order was changed`);
    if (at === 0 && record.previous !== null)
      return broken(0, 'something is said to be before the first record');
    const next = records[at + 1];
    if (recordDigest(record) !== (next === undefined ? head : next.previous))
      return broken(
        at,
        `it does not have the digest that ${next === undefined ? 'the attestation' : `record ${at + 1}`} names`,
      );
  }
  return records.length === 0 ? broken(0, 'there is no record') : { kind: 'intact' };
}

function broken(record: number, why: string): ChainState {
  return { kind: 'broken', record, why };
}

/** The records as they stand in `evidence.jsonl`: one a line, in canonical JSON. */
export function recordLines(records: readonly unknown[]): string {
  return records.map((record) => `${canonicalJson(record)}\n`).join('');
}
