import type { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { ARCHIVE_LIMITS, archiveProblem, isArchiveProblem, leadsOut, shownName } from './archive.ts';
import type { ArchiveLimits, ArchiveProblem, RangeReader } from './archive.ts';

const inflate = promisify(inflateRaw);

const STORED = 0;
const DEFLATED = 8;
/** A directory of names beyond it is no package's: 200,000 entries could come to gigabytes, each read in a step of its own. */
export const MAX_DIRECTORY_BYTES = 32 << 20;
/** Of an entry of the directory, without its name and what else is of any length (APPNOTE 4.3.12). */
const ENTRY_BYTES = 46;

/**
 * The one member of a zip whose name `wanted` takes, or null where there is none. Several are a problem: which of them
 * an installer would take is not known. Rejects only with what `reader.read` rejected with.
 */
export async function readZipMember(
  reader: RangeReader,
  wanted: (name: string) => boolean,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<Uint8Array | null | ArchiveProblem> {
  const members = await readZipMembers(reader, wanted, limits);
  if (isArchiveProblem(members)) return members;
  const found = [...members];
  if (found.length > 1) {
    return archiveProblem(`the archive holds several: ${found.map(([name]) => shownName(name)).join(', ')}`);
  }
  return found[0]?.[1] ?? null;
}

/**
 * The members of a zip whose names `wanted` takes, by name. Only the directory at the archive's end and these members
 * are read. Refused as a whole: names that lead out or stand twice, encrypted or oversized members, and what does not
 * match its size or checksum. Rejects only with what `reader.read` rejected with.
 */
export async function readZipMembers(
  reader: RangeReader,
  wanted: (name: string) => boolean,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<ReadonlyMap<string, Uint8Array> | ArchiveProblem> {
  const access = new Access(reader);
  let zip: ZipFile | null = null;
  try {
    zip = await fromRandomAccessReaderPromise(access, reader.size, {
      autoClose: false,
      // Names are decoded here: of the thousands in a directory few are worth yauzl's care.
      decodeStrings: false,
    });
    if (zip.entryCount > limits.maxEntries)
      return archiveProblem(`the archive has ${zip.entryCount} entries`);
    const entries = await wantedEntries(zip, wanted);
    return isArchiveProblem(entries) ? entries : await readAll(zip, reader, entries, limits);
  } catch (error) {
    if (access.failure !== null) throw access.failure;
    return archiveProblem(`the archive cannot be read: ${shownName(wordsOf(error))}`);
  } finally {
    zip?.close();
  }
}

async function wantedEntries(
  zip: ZipFile,
  wanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, Entry> | ArchiveProblem> {
  const found = new Map<string, Entry>();
  let left = MAX_DIRECTORY_BYTES;
  for await (const entry of zip.eachEntry()) {
    left -= ENTRY_BYTES + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    if (left < 0) return archiveProblem('the directory of the archive is larger than that of any package');
    const name = nameOf(entry);
    if (leadsOut(name))
      return archiveProblem(`the archive holds a name that leads out of it: ${shownName(name)}`);
    if (name.endsWith('/') || !wanted(name)) continue;
    if (found.has(name)) return archiveProblem(`the archive holds ${shownName(name)} twice`);
    found.set(name, entry);
  }
  return found;
}

/** Info-ZIP's Unicode path, which stands beside a name in another encoding. */
const UNICODE_PATH = 0x7075;

/** Names of plain ASCII are what they are in every encoding; all others yauzl decodes, as the archive says. */
function nameOf({ fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string {
  const plain =
    fileNameRaw.every((byte) => byte < 0x80) && extraFields.every(({ id }) => id !== UNICODE_PATH);
  const name = plain
    ? fileNameRaw.toString('latin1')
    : getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
  // As old Windows programs write them.
  return name.replaceAll('\\', '/');
}

async function readAll(
  zip: ZipFile,
  reader: RangeReader,
  entries: ReadonlyMap<string, Entry>,
  limits: ArchiveLimits,
): Promise<ReadonlyMap<string, Uint8Array> | ArchiveProblem> {
  const members = new Map<string, Uint8Array>();
  let left = limits.maxTotalBytes;
  for (const [name, entry] of entries) {
    const bytes = await readEntry(zip, reader, entry, Math.min(left, limits.maxMemberBytes));
    if (typeof bytes === 'string') return archiveProblem(`${shownName(name)} in the archive ${bytes}`);
    left -= bytes.length;
    members.set(name, bytes);
  }
  return members;
}

/** A member's bytes, or what is wrong with it. */
async function readEntry(
  zip: ZipFile,
  reader: RangeReader,
  entry: Entry,
  maxBytes: number,
): Promise<Uint8Array | string> {
  const { compressedSize, uncompressedSize, compressionMethod } = entry;
  if (entry.isEncrypted()) return 'is encrypted';
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
    return `is compressed in a way that is not supported (method ${compressionMethod})`;
  }
  if (Math.max(uncompressedSize, compressedSize) > maxBytes) {
    return `is larger than ${maxBytes.toLocaleString('en-US')} bytes`;
  }
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const raw = await reader.read(fileDataStart, compressedSize);
  const bytes = compressionMethod === STORED ? raw : await inflated(raw, uncompressedSize);
  if (bytes?.length !== uncompressedSize) return 'does not have the size that the archive tells';
  return crc32(bytes) === entry.crc32 ? bytes : 'does not match its checksum';
}

/** Null: more came out than was told. Decompression stops there. */
async function inflated(raw: Uint8Array, size: number): Promise<Uint8Array | null> {
  try {
    return await inflate(raw, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw error;
  }
}

/** A RangeReader as yauzl wants it. yauzl asks for ranges that the archive names: they are checked here. */
class Access extends RandomAccessReader {
  readonly #reader: RangeReader;
  /** What the reader itself failed with, told apart from faults of the archive. */
  failure: Error | null = null;

  constructor(reader: RangeReader) {
    super();
    this.#reader = reader;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    if (position < 0 || position + length > this.#reader.size)
      return callback(new Error('it points beyond its end'));
    const take = (bytes: Uint8Array): void => {
      buffer.set(bytes, offset);
      callback(null, bytes.length);
    };
    const answer = this.#reader.read(position, length);
    if (!(answer instanceof Promise)) return take(answer);
    answer.then(take, (error: unknown) => {
      this.failure = error instanceof Error ? error : new Error(String(error));
      callback(this.failure);
    });
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
