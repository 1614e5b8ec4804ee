import * as v from 'valibot';

const Day = v.pipe(v.string(), v.isoDate());
const Line = v.pipe(v.string(), v.maxLength(400));

/** What a bundle says of itself, without being unpacked. Days are ISO dates. */
export const BundleHeader = v.strictObject({
  /** The day on which it was made: the day that a job from it speaks of. */
  created: Day,
  /** `--as-of` of the job that it was made for. */
  asOf: v.nullable(Day),
  /** The newest day of its sources of advisories; null where it holds none. */
  advisories: v.nullable(Day),
  /** The targets that it was made for, in words. */
  targets: v.array(Line),
  /** The version of fettle that made it. */
  version: Line,
});

export type BundleHeader = v.InferOutput<typeof BundleHeader>;

/** "fettle bundle" and a line feed, then numbers of 32 bits, little-endian: the format, the length of the header. */
export const MAGIC: Uint8Array = new TextEncoder().encode('fettle bundle\n');
export const FORMAT = 1;
export const FIXED_BYTES: number = MAGIC.length + 8;
/** sha256 over everything before it. */
export const DIGEST_BYTES = 32;

/** More than any job needs by far; what is larger is refused unread. */
export const MAX_BUNDLE_BYTES: number = 64 << 20;
export const MAX_CONTENT_BYTES: number = 128 << 20;
export const MAX_HEADER_BYTES: number = 1 << 20;
/** Under this key the header stands beside the entries. */
export const HEADER_KEY = 'bundle/header.json';
