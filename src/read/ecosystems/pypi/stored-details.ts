import { Packr } from 'msgpackr';
import type { PageDetails } from './page-columns.ts';

/** Raised whenever the layout changes: stored details of another format count as not there. */
const FORMAT = 1;
const DIGEST_BYTES = 32;
const SHA256 = 'sha256:';
const packr = new Packr({ useRecords: false, mapsAsObjects: false });

/**
 * Details as the cache keeps them, in less room than a bundle does: pages of a large job list a quarter of a million files. A digest is 32 bytes, and an address that ends in the file's name is kept without it. `readStoredDetails` is the
 * inverse.
 */
export function storedDetails({ filenames, urls, hashes, sizes, metadata }: PageDetails): Uint8Array {
  const addresses = urls.map((url, file) => withoutName(url, filenames[file]!));
  const shared = commonPrefix(addresses);
  return packr.pack([
    FORMAT,
    filenames.join('\n'),
    shared,
    addresses.map((address) => address.slice(shared.length)).join('\n'),
    packDigests(hashes),
    Buffer.from(Float64Array.from(sizes).buffer),
    packDigests(metadata),
  ]);
}

/** Null for bytes of another format, or of another number of files than `files`. */
export function readStoredDetails(bytes: Uint8Array, files: number): PageDetails | null {
  const fields = unpacked(bytes);
  if (fields === null) return null;
  const [, names, shared, addresses, digests, sizes, announced] = fields;
  if (typeof names !== 'string' || typeof shared !== 'string' || typeof addresses !== 'string') return null;
  if (!(sizes instanceof Uint8Array) || sizes.length !== files * Float64Array.BYTES_PER_ELEMENT) return null;
  const [filenames, urls] = [listOf(names, files), listOf(addresses, files)];
  const [hashes, metadata] = [unpackDigests(digests, files), unpackDigests(announced, files)];
  if (filenames.length !== files || urls.length !== files || hashes === null || metadata === null)
    return null;
  return {
    filenames,
    urls: urls.map((rest, file) => withName(shared + rest, filenames[file]!)),
    hashes,
    sizes: [...new Float64Array(Uint8Array.from(sizes).buffer)],
    metadata,
  };
}

/** "/" and what stands before the name, or "=" and the whole address. */
function withoutName(url: string, filename: string): string {
  return url.endsWith(filename) ? `/${url.slice(0, -filename.length)}` : `=${url}`;
}

function withName(kept: string, filename: string): string {
  return kept.startsWith('/') ? kept.slice(1) + filename : kept.slice(1);
}

/** What all texts begin with; most files of a page are on one host. */
function commonPrefix(texts: readonly string[]): string {
  const first = texts[0] ?? '';
  let length = first.length;
  for (const text of texts) {
    let at = 0;
    while (at < length && text.charCodeAt(at) === first.charCodeAt(at)) at++;
    length = at;
  }
  return first.slice(0, length);
}

/** SHA-256 digests as bytes with one mark a text ("#"; texts of one character or none are their own mark); all as text else. */
function packDigests(texts: readonly string[]): string | readonly [marks: string, digests: Uint8Array] {
  let marks = '';
  const digests: string[] = [];
  for (const text of texts) {
    if (text.length === SHA256.length + 2 * DIGEST_BYTES && text.startsWith(SHA256)) {
      marks += '#';
      digests.push(text.slice(SHA256.length));
    } else if (text === '') marks += ' ';
    else if (text === '-' || text === '+') marks += text;
    else return texts.join('\n');
  }
  const hex = digests.join('');
  const bytes = Buffer.from(hex, 'hex');
  // What is no hexadecimal, or is written in capitals, would come back as something else.
  return bytes.toString('hex') === hex ? [marks, bytes] : texts.join('\n');
}

function unpackDigests(packed: unknown, count: number): readonly string[] | null {
  if (typeof packed === 'string') {
    const texts = listOf(packed, count);
    return texts.length === count ? texts : null;
  }
  if (!Array.isArray(packed)) return null;
  const [marks, digests] = packed as readonly unknown[];
  if (typeof marks !== 'string' || marks.length !== count || !(digests instanceof Uint8Array)) return null;
  const hex = Buffer.from(digests.buffer, digests.byteOffset, digests.length).toString('hex');
  let next = 0;
  return Array.from(marks, (mark) => {
    if (mark !== '#') return mark.trim();
    const digest = hex.slice(2 * DIGEST_BYTES * next, 2 * DIGEST_BYTES * (next + 1));
    next++;
    return SHA256 + digest;
  });
}

/** One empty text and no text at all are the same when joined: the number tells. */
function listOf(text: string, count: number): readonly string[] {
  return count === 0 && text === '' ? [] : text.split('\n');
}

function unpacked(bytes: Uint8Array): readonly unknown[] | null {
  let value: unknown;
  try {
    value = packr.unpack(bytes);
  } catch (error) {
    // msgpackr tells truncated and foreign bytes by plain errors of several kinds.
    if (error instanceof Error) return null;
    throw error;
  }
  return Array.isArray(value) && value.length === 7 && value[0] === FORMAT ? value : null;
}
