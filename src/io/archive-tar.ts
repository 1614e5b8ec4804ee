import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Extract } from 'tar-stream';
import {
  ARCHIVE_LIMITS,
  archiveProblem,
  bytesReader,
  isArchiveProblem,
  leadsOut,
  shownName,
} from './archive.ts';
import type { ArchiveLimits, ArchiveProblem } from './archive.ts';
import { readZipMembers } from './archive-zip.ts';
import { tellsSize, unsized } from './tar-header.ts';

/**
 * The files of a source archive whose names `wanted` takes, by name (without a leading "./"). The format is told by
 * the bytes: .tar.gz, .tar or .zip; others are a problem that names them. Links are never followed, and names that
 * lead out refuse the archive.
 */
export async function readArchiveMembers(
  bytes: Uint8Array,
  wanted: (name: string) => boolean,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<ReadonlyMap<string, Uint8Array> | ArchiveProblem> {
  const format = formatOf(bytes);
  if (format === 'zip') return readZipMembers(bytesReader(bytes), wanted, limits);
  if (format === 'gzip' || format === 'tar') return readTarMembers(bytes, wanted, limits);
  return archiveProblem(
    format === null ? 'this is no archive that is known here' : `${format} archives are not supported`,
  );
}

/** As `readArchiveMembers`, of a tar, compressed by gzip or plain. A name that stands twice: the last one counts. */
export async function readTarMembers(
  bytes: Uint8Array,
  wanted: (name: string) => boolean,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<ReadonlyMap<string, Uint8Array> | ArchiveProblem> {
  // Archives from before POSIX have no signature in their headers. (The option is missing from the types.)
  const tar = extract({ allowUnknownFormat: true } as Parameters<typeof extract>[0]);
  const taking = take(tar, wanted, limits);
  const bounded = new BoundedBytes(limits.maxTotalBytes);
  const source = [bytes];
  const feeding =
    formatOf(bytes) === 'gzip'
      ? pipeline(source, createGunzip(), bounded, tar)
      : pipeline(source, bounded, tar);
  const [taken, fed] = await Promise.allSettled([taking, feeding]);
  if (taken.status === 'fulfilled' && (fed.status === 'fulfilled' || isArchiveProblem(taken.value)))
    return taken.value;
  const faults = [fed, taken].flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (faults.some((fault) => fault instanceof TooLarge)) {
    return archiveProblem(
      `the archive holds more than ${limits.maxTotalBytes.toLocaleString('en-US')} bytes`,
    );
  }
  const message = faults[0] instanceof Error ? faults[0].message : String(faults[0]);
  return archiveProblem(`the archive cannot be read: ${shownName(message)}`);
}

async function take(
  tar: Extract,
  wanted: (name: string) => boolean,
  limits: ArchiveLimits,
): Promise<ReadonlyMap<string, Uint8Array> | ArchiveProblem> {
  const members = new Map<string, Uint8Array>();
  let count = 0;
  for await (const entry of tar) {
    const name = entry.header.name.replace(/^(\.\/+)+/, '');
    if (++count > limits.maxEntries)
      return archiveProblem(`the archive has more than ${limits.maxEntries} entries`);
    if (leadsOut(name))
      return archiveProblem(`the archive holds a name that leads out of it: ${shownName(name)}`);
    if (!tellsSize(entry.header)) return archiveProblem(unsized(name));
    if (!isFile(entry) || !wanted(name)) {
      entry.resume();
      continue;
    }
    const size = entry.header.size ?? 0;
    if (size > limits.maxMemberBytes) {
      const bound = limits.maxMemberBytes.toLocaleString('en-US');
      return archiveProblem(`${shownName(name)} in the archive is larger than ${bound} bytes`);
    }
    members.set(name, await contentOf(entry));
  }
  return members;
}

type Entry = Extract extends AsyncIterable<infer One> ? One : never;

function isFile(entry: Entry): boolean {
  return entry.header.type === 'file' || entry.header.type === 'contiguous-file';
}

async function contentOf(entry: Entry): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** Passes bytes on, up to a bound. */
class BoundedBytes extends Transform {
  #left: number;

  constructor(bound: number) {
    super();
    this.#left = bound;
  }

  override _transform(
    chunk: Buffer,
    _: BufferEncoding,
    done: (error: Error | null, chunk?: Buffer) => void,
  ): void {
    this.#left -= chunk.length;
    if (this.#left < 0) done(new TooLarge());
    else done(null, chunk);
  }
}

type Format = 'zip' | 'gzip' | 'tar' | 'bzip2' | 'xz' | 'zstd' | '7z' | 'compress';

const SIGNATURES: readonly (readonly [Format, offset: number, signature: string])[] = [
  ['zip', 0, 'PK\x03\x04'],
  ['zip', 0, 'PK\x05\x06'],
  ['gzip', 0, '\x1f\x8b'],
  ['tar', 257, 'ustar'],
  ['bzip2', 0, 'BZh'],
  ['xz', 0, '\xfd7zXZ\x00'],
  ['zstd', 0, '\x28\xb5\x2f\xfd'],
  ['7z', 0, "7z\xbc\xaf'\x1c"],
  ['compress', 0, '\x1f\x9d'],
];

/** By the bytes, since a file's name may lie. */
function formatOf(bytes: Uint8Array): Format | null {
  const head = Buffer.from(bytes.subarray(0, 264)).toString('latin1');
  return SIGNATURES.find(([, offset, signature]) => head.startsWith(signature, offset))?.[0] ?? null;
}
