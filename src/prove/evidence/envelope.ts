import * as v from 'valibot';
import { bytesOf } from '../../change/source-bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Signer } from './signing-key.ts';

/** in-toto attestation framework v1, "Envelope". */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

const BASE64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/_-]*={0,2}$/));

/** DSSE v1.0: https://github.com/secure-systems-lab/dsse/blob/master/envelope.md */
export const ENVELOPE = v.object({
  payloadType: v.string(),
  payload: BASE64,
  signatures: v.pipe(v.array(v.object({ keyid: v.optional(v.string(), ''), sig: BASE64 })), v.maxLength(32)),
});

export type Envelope = v.InferOutput<typeof ENVELOPE>;

/** What is signed: DSSE's pre-authentication encoding of a payload with its type. */
export function preAuthenticationEncoding(type: string, payload: Uint8Array): Uint8Array {
  const head = bytesOf(`DSSEv1 ${bytesOf(type).length} ${type} ${payload.length} `);
  return Buffer.concat([head, payload]);
}

/** The bytes of `attestation.json`: an envelope where there is a signer, else the bare statement. */
export function attestationText(statement: unknown, signer: Signer | null): string {
  const payload = canonicalJson(statement);
  if (signer === null) return `${payload}\n`;
  const bytes = bytesOf(payload);
  const signature = signer.sign(preAuthenticationEncoding(PAYLOAD_TYPE, bytes));
  const envelope = {
    payloadType: PAYLOAD_TYPE,
    payload: Buffer.from(bytes).toString('base64'),
    signatures: [{ keyid: signer.keyid, sig: Buffer.from(signature).toString('base64') }],
  };
  return `${canonicalJson(envelope)}\n`;
}
