import type { Buffer } from 'node:buffer';
import { getFileNameLowLevel, parseExtraFields } from 'yauzl';
import type { ExtraField } from 'yauzl';
import type { RangeReader } from './archive.ts';
import { asBuffer } from './as-buffer.ts';

/** The archive itself is not as a zip is. The message is in words of this program and holds nothing foreign. */
export class ZipFault extends Error {
  override readonly name = 'ZipFault';
}

/** Where the directory begins, and how many entries it has. */
export interface ZipDirectory {
  readonly start: number;
  readonly count: number;
}

/** What the directory says of a member. Sizes and offsets in bytes. */
export interface ZipEntry {
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly start: number;
}

/** Lengths and signatures: PKWARE's APPNOTE.TXT, 4.3.7 (local), 4.3.12 (entry), 4.3.14 to 4.3.16 (ends). */
const END = { bytes: 22, signature: 'PK\x05\x06' } as const;
const LOCATOR = { bytes: 20, signature: 0x07064b50 } as const;
const LARGE_END = { bytes: 56, signature: 0x06064b50 } as const;
const ENTRY = { bytes: 46, signature: 0x02014b50 } as const;
const LOCAL = { bytes: 30, signature: 0x04034b50 } as const;
const LONGEST_COMMENT = 0xffff;
const LONGEST_ENTRY = ENTRY.bytes + 3 * 0xffff;
/** The directory is looked at in pieces: what it says of its own length may be a lie. */
const WINDOW = 1 << 20;
/** A directory of names beyond it is no package's: 200,000 entries could come to gigabytes. */
export const MAX_DIRECTORY_BYTES = 32 << 20;

/** In a 32-bit field: the number stands in the extra field of large archives (4.5.3). */
const ELSEWHERE = 0xffffffff;
const LARGE_FIELDS = 0x0001;
/** Info-ZIP's Unicode path, which stands beside a name in another encoding. */
const UNICODE_PATH = 0x7075;
const STRONG_ENCRYPTION = 0x40;
/** A method (4.4.5), and a flag (4.4.4). */
export const STORED = 0;
export const ENCRYPTED = 1;

/** Finds the directory by the record at the archive's end. Throws `ZipFault`, and what the reader throws. */
export async function findDirectory(reader: RangeReader): Promise<ZipDirectory> {
  const length = Math.min(reader.size, LONGEST_COMMENT + END.bytes + LOCATOR.bytes);
  const tail = await take(reader, reader.size - length, length);
  const at = length < END.bytes ? -1 : tail.lastIndexOf(END.signature, length - END.bytes, 'latin1');
  if (at === -1) throw new ZipFault('no end of a zip is found; it is no zip, or it is cut off');
  if (tail.readUInt16LE(at + 20) !== length - at - END.bytes)
    throw new ZipFault('the comment at its end has not the length that is told');
  const locator = at - LOCATOR.bytes;
  if (locator >= 0 && tail.readUInt32LE(locator) === LOCATOR.signature)
    return largeDirectory(reader, number64(tail, locator + 8));
  if (tail.readUInt16LE(at + 4) !== 0) throw new ZipFault('it is one of several parts');
  return { start: tail.readUInt32LE(at + 16), count: tail.readUInt16LE(at + 10) };
}

async function largeDirectory(reader: RangeReader, at: number): Promise<ZipDirectory> {
  const end = await take(reader, at, LARGE_END.bytes);
  if (end.readUInt32LE(0) !== LARGE_END.signature) throw new ZipFault('its second end record is none');
  if (end.readUInt32LE(16) !== 0) throw new ZipFault('it is one of several parts');
  return { start: number64(end, 48), count: number64(end, 32) };
}

/**
 * Goes through the directory in order until `visit` gives something, and gives that; null at its end. Names are as the archive says,
 * with backslashes made slashes. Nothing but the name is read of an entry until it is asked for: a wheel may have ten thousand.
 */
export async function walkDirectory<T>(
  reader: RangeReader,
  { start, count }: ZipDirectory,
  visit: (name: string, read: () => ZipEntry) => T | null,
): Promise<T | null> {
  if (count === 0) return null;
  let from = start;
  let window = await take(reader, from, Math.max(0, Math.min(WINDOW, reader.size - from)));
  for (let at = 0, left = count; left > 0; left--) {
    const end = from + window.length;
    if (window.length - at < LONGEST_ENTRY && end < reader.size) {
      from += at;
      at = 0;
      window = await take(reader, from, Math.min(WINDOW, reader.size - from));
    }
    const length = entryLength(window, at);
    const entry = window.subarray(at, at + length);
    const found = visit(nameOf(entry), () => readEntry(entry));
    if (found !== null) return found;
    at += length;
    if (from + at - start > MAX_DIRECTORY_BYTES)
      throw new ZipFault('its directory of names is larger than that of any package');
  }
  return null;
}

/** Where the data of a member begins. */
export async function dataStart(reader: RangeReader, { start, packedSize }: ZipEntry): Promise<number> {
  const local = await take(reader, start, LOCAL.bytes);
  if (local.readUInt32LE(0) !== LOCAL.signature) throw new ZipFault('a member has no header of its own');
  const data = start + LOCAL.bytes + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (data + packedSize > reader.size) throw new ZipFault('a member reaches beyond its end');
  return data;
}

/** The length of the entry at `at`, all of which is there. */
function entryLength(window: Buffer, at: number): number {
  if (at + ENTRY.bytes > window.length) throw new ZipFault('it points beyond its end');
  if (window.readUInt32LE(at) !== ENTRY.signature) throw new ZipFault('its directory holds what is no entry');
  if ((window.readUInt16LE(at + 8) & STRONG_ENCRYPTION) !== 0) throw new ZipFault('it is encrypted');
  const length =
    ENTRY.bytes + window.readUInt16LE(at + 28) + window.readUInt16LE(at + 30) + window.readUInt16LE(at + 32);
  if (at + length > window.length) throw new ZipFault('it points beyond its end');
  return length;
}

function readEntry(entry: Buffer): ZipEntry {
  const said = {
    packedSize: entry.readUInt32LE(20),
    size: entry.readUInt32LE(24),
    start: entry.readUInt32LE(42),
  };
  const [flags, method] = [entry.readUInt16LE(8), entry.readUInt16LE(10)];
  const { size, packedSize, start } = { ...said, ...largeNumbers(entry, said) };
  // Traditional encryption puts a header of twelve bytes before the data.
  if (method === STORED && packedSize !== size + ((flags & ENCRYPTED) !== 0 ? 12 : 0))
    throw new ZipFault('a member that is stored as it is has two sizes');
  return { flags, method, crc32: entry.readUInt32LE(16), packedSize, size, start };
}

/** Those of an entry's numbers that stand in its extra field, in this order, where there was no room for them. */
function largeNumbers(
  entry: Buffer,
  said: Pick<ZipEntry, 'size' | 'packedSize' | 'start'>,
): Partial<Record<'size' | 'packedSize' | 'start', number>> {
  const data = extraFieldsOf(entry).find(({ id }) => id === LARGE_FIELDS)?.data;
  const numbers: Partial<Record<'size' | 'packedSize' | 'start', number>> = {};
  if (data === undefined) return numbers;
  let at = 0;
  for (const name of ['size', 'packedSize', 'start'] as const) {
    if (said[name] !== ELSEWHERE) continue;
    if (at + 8 > data.length) throw new ZipFault('the extra field of a member is too short');
    numbers[name] = number64(data, at);
    at += 8;
  }
  return numbers;
}

/** Printable ASCII is what it is in every encoding; all other names are decoded as the archive says. */
function nameOf(entry: Buffer): string {
  const end = ENTRY.bytes + entry.readUInt16LE(28);
  const raw = entry.subarray(ENTRY.bytes, end);
  const name =
    isPlain(entry, end) && !namesOtherwise(entry)
      ? entry.toString('latin1', ENTRY.bytes, end)
      : getFileNameLowLevel(entry.readUInt16LE(8), raw, extraFieldsOf(entry), true);
  // As old Windows programs write them.
  return name.includes('\\') ? name.replaceAll('\\', '/') : name;
}

function isPlain(entry: Buffer, end: number): boolean {
  for (let at = ENTRY.bytes; at < end; at++) if (entry[at]! < 0x20 || entry[at]! > 0x7e) return false;
  return true;
}

function namesOtherwise(entry: Buffer): boolean {
  return entry.readUInt16LE(30) > 0 && extraFieldsOf(entry).some(({ id }) => id === UNICODE_PATH);
}

function extraFieldsOf(entry: Buffer): ExtraField[] {
  const start = ENTRY.bytes + entry.readUInt16LE(28);
  try {
    return parseExtraFields(entry.subarray(start, start + entry.readUInt16LE(30)));
  } catch (error) {
    throw new ZipFault('an extra field is longer than its room', { cause: error });
  }
}

/** Part of an archive, which names the place itself: that is checked here. */
export async function take(reader: RangeReader, start: number, length: number): Promise<Buffer> {
  if (start < 0 || start + length > reader.size) throw new ZipFault('it points beyond its end');
  const answer = reader.read(start, length);
  const bytes = answer instanceof Promise ? await answer : answer;
  return asBuffer(bytes);
}

/** Beyond 2^53 it is not exact, and beyond the end of any archive. */
function number64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
