import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { World } from '../../io/world.ts';

/** Signs with a key of the user. */
export interface Signer {
  /** sha256 of the public key (SubjectPublicKeyInfo, DER) in hexadecimal; a hint only, as DSSE says. */
  readonly keyid: string;
  sign(bytes: Uint8Array): Uint8Array;
}

export interface Verifier {
  readonly keyid: string;
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
}

const MOST_KEY_BYTES = 64 * 1024;
const KINDS = 'Ed25519, or ECDSA on P-256, P-384 or P-521';

/** The hash that goes with each curve (FIPS 186-5, 6.1.1); Ed25519 has its own (RFC 8032). */
const CURVES: ReadonlyMap<string, string> = new Map([
  ['prime256v1', 'sha256'],
  ['secp384r1', 'sha384'],
  ['secp521r1', 'sha512'],
]);

/**
 * The signer for a private key in PEM: of the file that is named, else of the one that FETTLE_SIGN_KEY_FILE names, else null.
 * Throws `invalid-key`.
 */
export async function openSigner(
  file: string | null,
  world: Pick<World, 'environment' | 'files'>,
): Promise<Signer | null> {
  const path = file ?? world.environment['FETTLE_SIGN_KEY_FILE'] ?? '';
  if (path === '') return null;
  const key = await readKey(path, world, createPrivateKey, 'private');
  const hash = hashOf(key, path);
  return { keyid: keyidOf(createPublicKey(key)), sign: (bytes) => sign(hash, bytes, key) };
}

/** The verifier for a public key in PEM. Throws `invalid-key`. */
export async function openVerifier(file: string, world: Pick<World, 'files'>): Promise<Verifier> {
  const key = await readKey(file, world, createPublicKey, 'public');
  const hash = hashOf(key, file);
  return { keyid: keyidOf(key), verify: (bytes, signature) => verify(hash, bytes, key, signature) };
}

async function readKey(
  path: string,
  { files }: Pick<World, 'files'>,
  open: (pem: Buffer) => KeyObject,
  kind: 'private' | 'public',
): Promise<KeyObject> {
  const bytes = await files.read(resolve(path), MOST_KEY_BYTES);
  if (bytes === null) throw invalidKey(`${path} is not there`);
  try {
    return open(Buffer.from(bytes));
  } catch (error) {
    // What OpenSSL says tells nothing of the key, and is of no help to its user.
    throw invalidKey(
      `${path} is no ${kind} key in PEM that can be used (one with a passphrase cannot)`,
      error,
    );
  }
}

function hashOf(key: KeyObject, path: string): string | null {
  if (key.asymmetricKeyType === 'ed25519') return null;
  const hash = CURVES.get(key.asymmetricKeyDetails?.namedCurve ?? '');
  if (key.asymmetricKeyType !== 'ec' || hash === undefined)
    throw invalidKey(`${path} is a key of the kind ${key.asymmetricKeyType}, which is not supported`);
  return hash;
}

function invalidKey(message: string, cause?: unknown): UserFacingError {
  return new UserFacingError('invalid-key', message, { hint: `a key of the kind ${KINDS}, in PEM`, cause });
}

function keyidOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
