import * as v from 'valibot';
import { UserFacingError } from '../../domain/errors.ts';
import type { World } from '../../io/world.ts';
import { canonicalJson } from './canonical-json.ts';
import { ENVELOPE, PAYLOAD_TYPE, preAuthenticationEncoding } from './envelope.ts';
import { PREDICATE_TYPE, STATEMENT, STATEMENT_TYPE } from './statement.ts';
import type { Statement } from './statement.ts';

const MOST_BYTES = 64 * 1024 * 1024;

/** An attestation as it was read; nothing in it is believed yet. */
export interface ReadAttestation {
  readonly statement: Statement;
  /** The records just as they stand there, with members that this version does not know. */
  readonly records: readonly Pick<Statement['predicate']['records'][number], 'previous' | 'sequence'>[];
  /** It is written as fettle writes, byte by byte. */
  readonly canonical: boolean;
  /** What signatures are made over; null: there is no envelope. */
  readonly signed: Uint8Array | null;
  readonly signatures: readonly { readonly keyid: string; readonly sig: Uint8Array }[];
}

/** Reads an attestation of ours, in a DSSE envelope or bare. Throws `invalid-evidence` for whatever is none. */
export async function readAttestation(
  path: string,
  { files }: Pick<World, 'files'>,
): Promise<ReadAttestation> {
  const bytes = await files.read(path, MOST_BYTES);
  if (bytes === null) throw invalidEvidence(path, 'it is not there');
  const outer = json(path, bytes);
  const envelope = v.safeParse(ENVELOPE, outer);
  if (!envelope.success) return { ...statementIn(path, outer, bytes), signed: null, signatures: [] };
  const { payloadType, payload, signatures } = envelope.output;
  if (payloadType !== PAYLOAD_TYPE) throw invalidEvidence(path, `its payload is not ${PAYLOAD_TYPE}`);
  const body = new Uint8Array(Buffer.from(payload, 'base64'));
  return {
    ...statementIn(path, json(path, body), Buffer.concat([body, Buffer.from('\n')])),
    signed: preAuthenticationEncoding(payloadType, body),
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig: Buffer.from(sig, 'base64') })),
  };
}

function statementIn(
  path: string,
  value: unknown,
  bytes: Uint8Array,
): Pick<ReadAttestation, 'canonical' | 'records' | 'statement'> {
  const types = v.safeParse(v.object({ _type: v.string(), predicateType: v.string() }), value);
  if (!types.success) throw invalidEvidence(path, 'it is no in-toto statement');
  const { _type, predicateType } = types.output;
  if (_type !== STATEMENT_TYPE || predicateType !== PREDICATE_TYPE)
    throw invalidEvidence(path, `it is a ${predicateType} in a ${_type}, not a ${PREDICATE_TYPE}`);
  const statement = v.safeParse(STATEMENT, value);
  if (!statement.success) {
    const place = v.getDotPath(statement.issues[0]) ?? 'the statement';
    throw invalidEvidence(path, `${place}: ${statement.issues[0].message}`);
  }
  const { predicate } = value as { readonly predicate: Pick<ReadAttestation, 'records'> };
  return {
    statement: statement.output,
    records: predicate.records,
    canonical: Buffer.from(`${canonical(path, value)}\n`).equals(bytes),
  };
}

/** Depth is bounded before anything else looks into the value. */
function json(path: string, bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    canonical(path, value);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw invalidEvidence(path, 'it is not JSON');
    throw error;
  }
}

function canonical(path: string, value: unknown): string {
  try {
    return canonicalJson(value);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw invalidEvidence(path, error.message);
    throw error;
  }
}

function invalidEvidence(path: string, why: string): UserFacingError {
  return new UserFacingError('invalid-evidence', `${path} is no evidence of fettle: ${why.slice(0, 300)}`, {
    hint: 'name a run of .fettle/runs, or its attestation.json',
  });
}
