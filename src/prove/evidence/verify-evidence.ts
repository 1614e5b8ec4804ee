import { dirname, join } from 'node:path';
import { bytesOf, digestOf } from '../../change/source-bytes.ts';
import type { World } from '../../io/world.ts';
import type { FoundAttestation } from './find-attestation.ts';
import { readAttestation } from './read-attestation.ts';
import type { ReadAttestation } from './read-attestation.ts';
import { recordLines, verifyChain } from './records.ts';
import type { EvidenceRecord, RunIdentity } from './records.ts';
import type { Verifier } from './signing-key.ts';
import { RECORDS_FILE, subjectsOf } from './statement.ts';
import { readable, subjectState } from './subject-state.ts';
import type { SubjectState } from './subject-state.ts';

/** Who vouches for it. `unsigned`: nobody, so it proves no more than that it is consistent in itself. */
export type SignatureState =
  | { readonly kind: 'unsigned' }
  /** There are signatures, and no key to check them with. */
  | { readonly kind: 'unchecked'; readonly keyids: readonly string[] }
  | { readonly kind: 'valid'; readonly keyid: string }
  | { readonly kind: 'invalid'; readonly keyid: string };

/** One thing that does not hold, and the number of the record that it is about; null: about none. */
export interface Broken {
  readonly record: number | null;
  readonly why: string;
}

export interface VerifiedEvidence {
  readonly path: string;
  readonly run: RunIdentity;
  readonly records: readonly EvidenceRecord[];
  readonly subjects: readonly SubjectState[];
  readonly signature: SignatureState;
  /** Empty: it is intact. */
  readonly broken: readonly Broken[];
}

/**
 * Reads an attestation with its records, and looks whether the chain holds, whether the files that it speaks of are what they were, and,
 * where a key is given, who signed it. Throws `invalid-evidence` for what is no attestation of ours.
 */
export async function verifyEvidence(
  { path, root }: FoundAttestation,
  verifier: Verifier | null,
  world: Pick<World, 'files'>,
): Promise<VerifiedEvidence> {
  const read = await readAttestation(path, world);
  const [{ run }, ...records] = read.statement.predicate.records;
  const subjects: SubjectState[] = [];
  for (const subject of subjectsOf(read.statement))
    subjects.push(
      await subjectState(subject, subject.kind === 'records' ? dirname(path) : root, world.files),
    );
  const signature = signatureOf(read, verifier);
  const broken = [
    ...brokenChain(read),
    ...brokenRecords(read),
    ...(await brokenCopy(path, read, world)),
    ...subjects.flatMap(brokenSubject),
    ...brokenSignature(signature, verifier),
  ];
  return { path, run, records, subjects, signature, broken };
}

function brokenChain({ records, statement, canonical }: ReadAttestation): readonly Broken[] {
  const state = verifyChain(records, statement.predicate.head);
  if (state.kind === 'broken') return [state];
  return canonical
    ? []
    : [{ record: null, why: 'the attestation is not in the form in which it was written' }];
}

/** Of a copy that has lines too many, enough to say where they begin. */
const MOST_SURPLUS = 1_000_000;

/** The records beside the attestation are to be those within it, byte by byte. */
async function brokenCopy(
  path: string,
  { records }: ReadAttestation,
  { files }: Pick<World, 'files'>,
): Promise<readonly Broken[]> {
  const own = Buffer.from(recordLines(records));
  const bytes = await readable(join(dirname(path), RECORDS_FILE), own.length + MOST_SURPLUS, files);
  if (bytes === null || (bytes !== 'unreadable' && own.equals(bytes))) return [];
  if (bytes === 'unreadable')
    return [{ record: null, why: `${RECORDS_FILE} is larger than the records, or cannot be read` }];
  // Byte by byte: a line that is no text is no other line either.
  const [mine, theirs] = [own, Buffer.from(bytes)].map((text) => text.toString('latin1').split('\n'));
  const at = mine!.findIndex((line, n) => line !== theirs![n]);
  const record = at === -1 || at >= records.length ? records.length - 1 : at;
  return [{ record, why: `${RECORDS_FILE} is not what the attestation holds, from this record on` }];
}

/** The statement is about these records: their file is among its subjects, with the digest that they have. */
function brokenRecords({ records, statement }: ReadAttestation): readonly Broken[] {
  const sha256 = digestOf(bytesOf(recordLines(records)));
  const own = subjectsOf(statement).some((one) => one.kind === 'records' && one.sha256 === sha256);
  return own ? [] : [{ record: null, why: 'the statement is not about the records that it holds' }];
}

function brokenSubject({ kind, name, state }: SubjectState): readonly Broken[] {
  // The copy of the records is looked at record by record.
  if (kind === 'records') return [];
  const why = {
    changed: 'was changed since',
    missing: 'is not there',
    outside: 'leads out of the project',
    unreadable: 'cannot be read',
  };
  return state === 'same' || state === 'not-on-disk' ? [] : [{ record: null, why: `${name} ${why[state]}` }];
}

function signatureOf({ signed, signatures }: ReadAttestation, verifier: Verifier | null): SignatureState {
  if (signed === null || signatures.length === 0) return { kind: 'unsigned' };
  if (verifier === null) return { kind: 'unchecked', keyids: signatures.map(({ keyid }) => keyid) };
  const valid = signatures.some(({ sig }) => verifier.verify(signed, sig));
  return { kind: valid ? 'valid' : 'invalid', keyid: verifier.keyid };
}

function brokenSignature(signature: SignatureState, verifier: Verifier | null): readonly Broken[] {
  if (signature.kind === 'invalid')
    return [{ record: null, why: 'no signature is by the key that was given' }];
  if (signature.kind === 'unsigned' && verifier !== null)
    return [{ record: null, why: 'it is unsigned, and a key was given' }];
  return [];
}
