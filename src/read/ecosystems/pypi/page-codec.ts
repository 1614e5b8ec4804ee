import { endianness } from 'node:os';
import { Packr } from 'msgpackr';
import { FINGERPRINT_BYTES, SDIST, type PageColumns, type PageDetails } from './page-columns.ts';
import { isState } from './page-file.ts';
import { isProblem } from './syntax-problem.ts';
import { parseVersion } from './version.ts';

/** Raised whenever the layout changes: stored pages of another format count as not there. */
const FORMAT = 1;
const packr = new Packr({ useRecords: false, mapsAsObjects: false });
const SWAPS = endianness() === 'BE';

/** Columns as bytes: numbers as little-endian arrays, texts joined by line feeds. `parseColumns` is the inverse. */
export function columnBytes(columns: PageColumns): Uint8Array {
  return packr.pack([
    FORMAT,
    columns.versions.join('\n'),
    littleEndian(columns.firstFile),
    littleEndian(columns.tagSets),
    littleEndian(columns.runtimeIds),
    columns.flags,
    littleEndian(columns.uploaded),
    columns.fingerprints,
    columns.tags.join('\n'),
    [...columns.runtimes],
    [...columns.yankReasons].flat(),
    columns.status === null ? null : [columns.status.state, columns.status.reason],
    columns.notRead === null ? null : [columns.notRead.count, columns.notRead.example],
  ]);
}

/** Null for bytes of another format or that do not hold together: a bundle comes from outside. */
export function parseColumns(bytes: Uint8Array): PageColumns | null {
  const columns = readColumns(bytes);
  return columns !== null && holdsTogether(columns) ? columns : null;
}

/** The same of bytes that `columnBytes` made and a seal has kept whole: only another format is told. */
export function readColumns(bytes: Uint8Array): PageColumns | null {
  const fields = unpacked(bytes, 13);
  if (fields === null) return null;
  const [, versions, first, tagSets, runtimeIds, flags, uploaded, fingerprints, tags, runtimes] = fields;
  if (typeof versions !== 'string' || typeof tags !== 'string' || !isTexts(runtimes)) return null;
  const numbers = [first, uploaded, tagSets, runtimeIds, flags, fingerprints];
  if (!numbers.every((value) => value instanceof Uint8Array)) return null;
  const [firstFile, times, sets, ids, marks, prints] = laidOut(numbers, [4, 4, 2, 2, 1, 1]);
  return {
    versions: lines(versions),
    firstFile: new Uint32Array(...firstFile!),
    tagSets: new Uint16Array(...sets!),
    runtimeIds: new Uint16Array(...ids!),
    flags: new Uint8Array(...marks!),
    uploaded: new Uint32Array(...times!),
    fingerprints: new Uint8Array(...prints!),
    tags: lines(tags),
    runtimes,
    yankReasons: yankReasons(fields[10]),
    status: statusOf(fields[11]),
    notRead: notReadOf(fields[12]),
  };
}

/** Details as bytes; `parseDetails` is the inverse. */
export function detailBytes(details: PageDetails): Uint8Array {
  return packr.pack([
    FORMAT,
    details.filenames.join('\n'),
    details.urls.join('\n'),
    details.hashes.join('\n'),
    [...details.sizes],
    details.metadata.join('\n'),
  ]);
}

/** Null for bytes of another format, or of another number of files than `files`. */
export function parseDetails(bytes: Uint8Array, files: number): PageDetails | null {
  const fields = unpacked(bytes, 6);
  if (fields === null) return null;
  const [, filenames, urls, hashes, sizes, metadata] = fields;
  if (typeof filenames !== 'string' || typeof urls !== 'string' || typeof hashes !== 'string') return null;
  if (typeof metadata !== 'string' || !Array.isArray(sizes)) return null;
  const details: PageDetails = {
    filenames: listOf(filenames, files),
    urls: listOf(urls, files),
    hashes: listOf(hashes, files),
    sizes: (sizes as unknown[]).map((size) => (typeof size === 'number' ? size : -1)),
    metadata: listOf(metadata, files),
  };
  return [details.filenames, details.urls, details.hashes, details.sizes, details.metadata].every(
    (column) => column.length === files,
  )
    ? details
    : null;
}

function unpacked(bytes: Uint8Array, length: number): readonly unknown[] | null {
  let value: unknown;
  try {
    value = packr.unpack(bytes);
  } catch (error) {
    // msgpackr tells truncated and foreign bytes by plain errors of several kinds.
    if (error instanceof Error) return null;
    throw error;
  }
  return Array.isArray(value) && value.length === length && value[0] === FORMAT ? value : null;
}

function littleEndian(numbers: Uint16Array | Uint32Array): Uint8Array {
  const bytes = Buffer.from(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  if (!SWAPS) return bytes;
  return numbers.BYTES_PER_ELEMENT === 2 ? bytes.swap16() : bytes.swap32();
}

type Place = readonly [buffer: ArrayBuffer, offset: number, length: number];

/**
 * Copies of little-endian arrays, one behind the other in a buffer of their own: thousands of pages are held at once, and what they were read
 * from is not to be held with them. Wider numbers must be aligned, so they come first: `widths` descend.
 */
function laidOut(arrays: readonly Uint8Array[], widths: readonly (1 | 2 | 4)[]): readonly Place[] {
  const lengths = arrays.map(({ length }, at) => length - (length % widths[at]!));
  const buffer = new ArrayBuffer(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  return arrays.map((bytes, at) => {
    const [length, width] = [lengths[at]!, widths[at]!];
    const copy = Buffer.from(buffer, offset, length);
    copy.set(bytes.subarray(0, length));
    if (SWAPS && width === 2) copy.swap16();
    else if (SWAPS && width === 4) copy.swap32();
    const place: Place = [buffer, offset, length / width];
    offset += length;
    return place;
  });
}

function lines(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}

/** One file with an empty text and no file at all are the same text: the number tells. */
function listOf(text: string, count: number): readonly string[] {
  return count === 0 && text === '' ? [] : text.split('\n');
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

const NO_REASONS: ReadonlyMap<number, string> = new Map();

function yankReasons(value: unknown): ReadonlyMap<number, string> {
  if (!Array.isArray(value) || value.length === 0) return NO_REASONS;
  const reasons = new Map<number, string>();
  for (let at = 0; at + 1 < value.length; at += 2) {
    const [position, reason] = [value[at] as unknown, value[at + 1] as unknown];
    if (typeof position === 'number' && typeof reason === 'string') reasons.set(position, reason);
  }
  return reasons;
}

function statusOf(value: unknown): PageColumns['status'] {
  if (!Array.isArray(value)) return null;
  const [state, reason] = value as unknown[];
  return isState(state) ? { state, reason: typeof reason === 'string' ? reason : null } : null;
}

function notReadOf(value: unknown): PageColumns['notRead'] {
  if (!Array.isArray(value)) return null;
  const [count, example] = value as unknown[];
  return typeof count === 'number' && typeof example === 'string' ? { count, example } : null;
}

function holdsTogether(columns: PageColumns): boolean {
  const { firstFile, tagSets, runtimeIds, flags, uploaded, fingerprints, tags, runtimes } = columns;
  const files = flags.length;
  const sameLength =
    firstFile.length === columns.versions.length + 1 &&
    [tagSets.length, runtimeIds.length, uploaded.length].every((length) => length === files) &&
    fingerprints.length === files * FINGERPRINT_BYTES;
  if (!sameLength || firstFile[0] !== 0 || firstFile.at(-1) !== files) return false;
  for (let v = 1; v < firstFile.length; v++) if (firstFile[v]! < firstFile[v - 1]!) return false;
  if (!columns.versions.every(isNormalVersion)) return false;
  for (let f = 0; f < files; f++) {
    if (tagSets[f]! !== SDIST && tagSets[f]! >= tags.length) return false;
    if (runtimeIds[f]! >= runtimes.length) return false;
  }
  return true;
}

/** Versions are taken for what they say without being read again. */
function isNormalVersion(text: string): boolean {
  const version = parseVersion(text);
  return !isProblem(version) && version.text === text;
}
