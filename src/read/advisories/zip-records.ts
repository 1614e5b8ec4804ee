import { crc32, inflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';
import { asBuffer } from '../../io/as-buffer.ts';
import { UserFacingError } from '../../domain/errors.ts';

/** A file that should hold one record; `problem` instead of bytes where it could not be unpacked. */
export interface RawRecord {
  readonly name: string;
  readonly content: Uint8Array | { readonly problem: string };
}

export const LARGEST_RECORD = 16 * 2 ** 20;
const LARGEST_TOTAL = 2 ** 31;
const STORED = 0;
const DEFLATED = 8;

/**
 * The .json entries of a zip, one after the other. Names are only shown, nothing is written. Unpacking stops at the
 * size that is allowed, whatever the entry claims, so that a bomb costs no more than that. Throws `UserFacingError`
 * (advisories-invalid) where the archive as a whole cannot be read; `source` names it there.
 */
export async function* zipRecords(archive: Uint8Array, source: string): AsyncGenerator<RawRecord> {
  try {
    yield* entries(archive);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new UserFacingError('advisories-invalid', `${source} cannot be read: ${cause.message}`, {
      hint: 'expected the zip that OSV publishes for an ecosystem (all.zip); download it again',
      cause,
    });
  }
}

async function* entries(archive: Uint8Array): AsyncGenerator<RawRecord> {
  const bytes = asBuffer(archive);
  const zip = await yauzl.fromBufferPromise(bytes, { lazyEntries: true, decodeStrings: false });
  let left = LARGEST_TOTAL;
  for await (const entry of zip.eachEntry()) {
    const name = Buffer.from(entry.fileName as unknown as Uint8Array).toString('utf8');
    if (!name.endsWith('.json')) continue;
    const content = unpack(bytes, await dataStart(zip, entry), entry, Math.min(left, LARGEST_RECORD));
    if (content instanceof Uint8Array) left -= content.length;
    yield { name, content };
  }
}

function dataStart(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<number> {
  return new Promise((resolve, reject) => {
    zip.readLocalFileHeader(entry, { minimal: true }, (error, header) => {
      if (error === null) resolve(header.fileDataStart);
      else reject(error);
    });
  });
}

function unpack(bytes: Buffer, start: number, entry: yauzl.Entry, largest: number): RawRecord['content'] {
  if (entry.generalPurposeBitFlag & 1) return { problem: 'it is encrypted' };
  if (entry.uncompressedSize > largest) return { problem: `it is larger than ${largest} bytes` };
  const packed = bytes.subarray(start, start + entry.compressedSize);
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    return { problem: `compression method ${entry.compressionMethod} is not supported` };
  try {
    const content =
      entry.compressionMethod === STORED
        ? packed
        : inflateRawSync(packed, { maxOutputLength: Math.max(entry.uncompressedSize, 1) });
    return crc32(content) === entry.crc32 ? content : { problem: 'its checksum is wrong' };
  } catch (cause) {
    if (cause instanceof Error) return { problem: `it does not unpack: ${cause.message}` };
    throw cause;
  }
}
