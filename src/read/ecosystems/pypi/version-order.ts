/**
 * PEP 440's order as one string for each version: `a < b` of two keys is the order of the two versions, so that a
 * comparison is one comparison of short Latin-1 strings. Layout:
 *
 *   epoch, release without trailing zeros, 0x00,
 *   0x01 (only .dev) | 0x02 n (a) | 0x03 n (b) | 0x04 n (rc) | 0x05 (none),
 *   0x01 (no post) | 0x02 n,
 *   0x01 n (dev) | 0x02 (none),
 *   and for each part of a local version 0x01 letters 0x00 | 0x02 n
 *
 * A number never begins with 0x00, so a shorter release comes first; a key without local part is a prefix of the keys
 * that have one. Bounds of specifiers are keys too, which no version has (`afterLocals`, `afterPosts`, `justAfter`).
 */

/** Numbers are decimal text without leading zeros: they may be larger than what a double holds. */
export interface VersionParts {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly pre: { readonly letter: 'a' | 'b' | 'rc'; readonly number: string } | null;
  readonly post: string | null;
  readonly dev: string | null;
  /** Lower case, parts separated by ".", without "+". */
  readonly local: string | null;
}

const SMALL = 200;
const SMALL_NUMBERS: readonly string[] = Array.from({ length: SMALL }, (_, n) => String.fromCharCode(n + 1));
/** What follows the release of a final version. */
export const FINAL = '\x00\x05\x01\x02';
const PRE_RANK = { a: '\x02', b: '\x03', rc: '\x04' } as const;

/** A number of at most fifteen digits, in order. */
export function smallNumberKey(n: number): string {
  return n < SMALL ? SMALL_NUMBERS[n]! : decimalKey(String(n));
}

/** Longer numbers come later, numbers of one length in order of their digits. */
function decimalKey(digits: string): string {
  if (digits.length < 3) return SMALL_NUMBERS[Number(digits)]!;
  if (digits.length === 3 && digits < String(SMALL)) return SMALL_NUMBERS[Number(digits)]!;
  if (digits.length <= 50) return String.fromCharCode(SMALL + digits.length) + digits;
  return `\xfc${String(digits.length).padStart(8, '0')}${digits}`;
}

function releaseKey(parts: VersionParts): string {
  let length = parts.release.length;
  while (length > 0 && parts.release[length - 1] === '0') length--;
  let key = decimalKey(parts.epoch);
  for (let i = 0; i < length; i++) key += decimalKey(parts.release[i]!);
  return `${key}\x00`;
}

/** Up to the pre-release: what all post-releases of a version share with it. */
function familyKey(parts: VersionParts): string {
  const onlyDev = parts.pre === null && parts.post === null && parts.dev !== null;
  const pre =
    parts.pre === null
      ? onlyDev
        ? '\x01'
        : '\x05'
      : PRE_RANK[parts.pre.letter] + decimalKey(parts.pre.number);
  return releaseKey(parts) + pre;
}

function localKey(local: string): string {
  return local
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? `\x02${decimalKey(part)}` : `\x01${part}\x00`))
    .join('');
}

/** The key of a version from its parts. */
export function orderKey(parts: VersionParts): string {
  const post = parts.post === null ? '\x01' : `\x02${decimalKey(parts.post)}`;
  const dev = parts.dev === null ? '\x02' : `\x01${decimalKey(parts.dev)}`;
  const local = parts.local === null ? '' : localKey(parts.local);
  return familyKey(parts) + post + dev + local;
}

/** Above a version and all its local versions, below whatever comes next. */
export function afterLocals(key: string): string {
  return `${key}\xff`;
}

/** Above a version alone: below its (further) local versions. */
export function justAfter(key: string): string {
  return `${key}\x00`;
}

/** Above a version that is no post-release itself, its local versions and all its post-releases. */
export function afterPosts(parts: VersionParts): string {
  return `${familyKey(parts)}\x03`;
}

/** The next number, exactly, however long it is. */
export function nextNumber(decimal: string): string {
  return decimal.length < 15 ? String(Number(decimal) + 1) : String(BigInt(decimal) + 1n);
}
