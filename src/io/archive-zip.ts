import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { ARCHIVE_LIMITS, archiveProblem, isArchiveProblem, leadsOut, shownName } from './archive.ts';
import type { ArchiveLimits, ArchiveProblem, RangeReader } from './archive.ts';
import {
  dataStart,
  ENCRYPTED,
  findDirectory,
  STORED,
  take,
  walkDirectory,
  ZipFault,
} from './zip-directory.ts';
import type { ZipDirectory, ZipEntry } from './zip-directory.ts';

const inflate = promisify(inflateRaw);

const DEFLATED = 8;
/** What is inflated here in less time than it takes to hand it to another thread and back. */
const SMALL_BYTES = 256 * 1024;

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
  try {
    const directory = await findDirectory(reader);
    if (directory.count > limits.maxEntries)
      return archiveProblem(`the archive has ${directory.count} entries`);
    const entries = await wantedEntries(reader, directory, wanted);
    return isArchiveProblem(entries) ? entries : await readAll(reader, entries, limits);
  } catch (error) {
    if (!(error instanceof ZipFault)) throw error;
    return archiveProblem(`the archive cannot be read: ${shownName(error.message)}`);
  }
}

async function wantedEntries(
  reader: RangeReader,
  directory: ZipDirectory,
  wanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, ZipEntry> | ArchiveProblem> {
  const found = new Map<string, ZipEntry>();
  const problem = await walkDirectory(reader, directory, (name, read) => {
    if (leadsOut(name))
      return archiveProblem(`the archive holds a name that leads out of it: ${shownName(name)}`);
    if (name.endsWith('/') || !wanted(name)) return null;
    if (found.has(name)) return archiveProblem(`the archive holds ${shownName(name)} twice`);
    found.set(name, read());
    return null;
  });
  return problem ?? found;
}

async function readAll(
  reader: RangeReader,
  entries: ReadonlyMap<string, ZipEntry>,
  limits: ArchiveLimits,
): Promise<ReadonlyMap<string, Uint8Array> | ArchiveProblem> {
  const members = new Map<string, Uint8Array>();
  let left = limits.maxTotalBytes;
  for (const [name, entry] of entries) {
    const bytes = await readMember(reader, entry, Math.min(left, limits.maxMemberBytes));
    if (typeof bytes === 'string') return archiveProblem(`${shownName(name)} in the archive ${bytes}`);
    left -= bytes.length;
    members.set(name, bytes);
  }
  return members;
}

/** A member's bytes, or what is wrong with it. */
async function readMember(
  reader: RangeReader,
  entry: ZipEntry,
  maxBytes: number,
): Promise<Uint8Array | string> {
  const { packedSize, size, method } = entry;
  if ((entry.flags & ENCRYPTED) !== 0) return 'is encrypted';
  if (method !== STORED && method !== DEFLATED)
    return `is compressed in a way that is not supported (method ${method})`;
  if (Math.max(size, packedSize) > maxBytes)
    return `is larger than ${maxBytes.toLocaleString('en-US')} bytes`;
  const raw = await take(reader, await dataStart(reader, entry), packedSize);
  const bytes = method === STORED ? raw : await inflated(raw, size);
  if (bytes?.length !== size) return 'does not have the size that the archive tells';
  return crc32(bytes) === entry.crc32 ? bytes : 'does not match its checksum';
}

/** Null: more came out than was told. Decompression stops there. */
async function inflated(raw: Uint8Array, size: number): Promise<Uint8Array | null> {
  try {
    const bounds = { maxOutputLength: Math.max(size, 1) };
    return size <= SMALL_BYTES ? inflateRawSync(raw, bounds) : await inflate(raw, bounds);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw new ZipFault(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
