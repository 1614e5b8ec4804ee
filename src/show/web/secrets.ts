import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, as they may stand in an address, a header or a cookie. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** How long it takes says nothing of where two texts differ: their digests are compared, which have one length. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** What a secret is kept under, so that a look into the store gives none away and a search in it tells nothing by its time. */
export function secretKey(secret: string): string {
  return digest(secret).toString('hex');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
