import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import { bytesReader, type RangeReader } from './archive.ts';
import { dataStart, findDirectory, walkDirectory, ZipFault } from './zip-directory.ts';

interface Seen {
  readonly name: string;
  readonly numbers: readonly number[];
}

/** All entries, as this program reads them; null where it reads none of it. */
async function mine(bytes: Uint8Array): Promise<readonly Seen[] | null> {
  const seen: Seen[] = [];
  try {
    const directory = await findDirectory(bytesReader(bytes));
    if (directory.count > 1000) return null;
    await walkDirectory(bytesReader(bytes), directory, (name, read) => {
      const { flags, method, crc32, packedSize, size, start } = read();
      seen.push({ name, numbers: [flags, method, crc32, packedSize, size, start] });
      return null;
    });
  } catch (error) {
    if (error instanceof ZipFault) return null;
    throw error;
  }
  return seen;
}

/** The same by yauzl. */
async function theirs(bytes: Uint8Array): Promise<readonly Seen[] | null> {
  const seen: Seen[] = [];
  try {
    const zip = await yauzl.fromBufferPromise(Buffer.from(bytes), { decodeStrings: false });
    if (zip.entryCount > 1000) return null;
    for await (const entry of zip.eachEntry()) {
      const { generalPurposeBitFlag: flags, fileNameRaw, extraFields } = entry;
      const name = yauzl.getFileNameLowLevel(flags, fileNameRaw, extraFields, true).replaceAll('\\', '/');
      const { compressionMethod, crc32, compressedSize, uncompressedSize, relativeOffsetOfLocalHeader } =
        entry;
      seen.push({
        name,
        numbers: [
          flags,
          compressionMethod,
          crc32,
          compressedSize,
          uncompressedSize,
          relativeOffsetOfLocalHeader,
        ],
      });
    }
  } catch {
    // Whatever it says of what is no zip.
    return null;
  }
  return seen;
}

const zips = fc
  .array(
    fc.record({
      name: fc.oneof(
        fc.stringMatching(/^[a-z]{1,8}(\/[a-z_.\\]{1,12}){0,3}$/),
        // fflate cannot pack this one.
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((name) => name !== '__proto__'),
      ),
      content: fc.uint8Array({ maxLength: 40 }),
      level: fc.constantFrom<0 | 9>(0, 9),
      comment: fc.string({ maxLength: 8 }),
      extra: fc.option(fc.uint8Array({ maxLength: 12 })),
    }),
    { maxLength: 8 },
  )
  .map((members) =>
    zipSync(
      Object.fromEntries(
        members.map(({ name, content, level, comment, extra }) => [
          name,
          [content, { level, comment, ...(extra === null ? {} : { extra: { 0x7075: extra } }) }],
        ]),
      ),
    ),
  );

describe('the directory of a zip', () => {
  it('is read as yauzl reads it', async () => {
    await fc.assert(
      fc.asyncProperty(zips, async (bytes) => {
        const seen = await mine(bytes);
        expect(seen).not.toBeNull();
        expect(seen).toEqual(await theirs(bytes));
      }),
      { numRuns: 200 },
    );
  });

  it('is read or refused as yauzl does it, whatever bytes are wrong', async () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom(0, 1, 0x40, 0x50, 0x7f, 0x80, 0xfe, 0xff));
    await fc.assert(
      fc.asyncProperty(zips, fc.array(change, { minLength: 1, maxLength: 6 }), async (bytes, changes) => {
        const broken = bytes.slice();
        for (const [at, byte] of changes) broken[broken.length - 1 - (at % broken.length)] = byte;
        expect(await mine(broken)).toEqual(await theirs(broken));
      }),
      { numRuns: 500 },
    );
  });

  it('of an archive with more than 65,535 members is read by its larger end record', async () => {
    const entry = (start: bigint): Buffer => {
      const bytes = Buffer.alloc(46 + 1 + 12);
      bytes.writeUInt32LE(0x02014b50, 0);
      bytes.writeUInt16LE(1, 28);
      bytes.writeUInt16LE(12, 30);
      bytes.writeUInt32LE(0xffffffff, 42);
      bytes.write('a', 46);
      bytes.writeUInt16LE(1, 47);
      bytes.writeUInt16LE(8, 49);
      bytes.writeBigUInt64LE(start, 51);
      return bytes;
    };
    const [end64, locator, end] = [Buffer.alloc(56), Buffer.alloc(20), Buffer.alloc(22)];
    end64.writeUInt32LE(0x06064b50, 0);
    end64.writeBigUInt64LE(2n, 32);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(118n, 8);
    end.writeUInt32LE(0x06054b50, 0);
    end.fill(0xff, 8, 20);
    const bytes = Buffer.concat([entry(5n), entry(2n ** 33n), end64, locator, end]);
    const seen = await mine(bytes);
    expect(seen?.map(({ numbers }) => numbers.at(-1))).toEqual([5, 2 ** 33]);
    expect(seen).toEqual(await theirs(bytes));
  });

  it('is read in pieces where it is long, each byte of it about once', async () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `${'folder/'.repeat(20)}${at}`);
    const bytes = zipSync(Object.fromEntries(names.map((name) => [name, new Uint8Array(0)])), { level: 0 });
    let largest = 0;
    const pieces: RangeReader = {
      size: bytes.length,
      read: (start, length) => {
        largest = Math.max(largest, length);
        return Promise.resolve(bytes.slice(start, start + length));
      },
    };
    const seen: string[] = [];
    await walkDirectory(pieces, await findDirectory(pieces), (name) => {
      seen.push(name);
      return null;
    });
    expect(seen).toEqual(names);
    expect(largest).toBeLessThanOrEqual(1 << 20);
  });

  it('leads to the data of a member, never beyond the end', async () => {
    const bytes = zipSync({ 'a/b': [new TextEncoder().encode('content'), { level: 0 }] });
    const reader = bytesReader(bytes);
    const entry = await walkDirectory(reader, await findDirectory(reader), (_, read) => read());
    const start = await dataStart(reader, entry!);
    expect(Buffer.from(bytes.subarray(start, start + 7)).toString()).toBe('content');
    await expect(dataStart(reader, { ...entry!, packedSize: bytes.length })).rejects.toThrow(ZipFault);
    await expect(dataStart(reader, { ...entry!, start: 3 })).rejects.toThrow(ZipFault);
  });
});
