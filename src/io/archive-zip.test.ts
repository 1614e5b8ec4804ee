import { zipSync } from 'fflate';
import type { Zippable } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARCHIVE_LIMITS, bytesReader } from './archive.ts';
import type { RangeReader } from './archive.ts';
import { readZipMember, readZipMembers } from './archive-zip.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const isMetadata = (name: string): boolean => /^[^/]+\.dist-info\/METADATA$/.test(name);

function wheel(members: Zippable): Uint8Array {
  return zipSync({ 'demo/__init__.py': text(''), ...members });
}

/** The bytes with every occurrence of `from` written over by `to`, of the same length. */
function patched(bytes: Uint8Array, from: string, to: string): Uint8Array {
  expect(from).toHaveLength(to.length);
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1');
}

/** The zip's directory entry for a name, to lie in. Offsets: APPNOTE.TXT, 4.3.12. */
function directoryEntry(bytes: Uint8Array, name: string): DataView {
  const at = Buffer.from(bytes).lastIndexOf(name, undefined, 'latin1') - 46;
  return new DataView(bytes.buffer, bytes.byteOffset + at, 46);
}

describe('a member of a zip', () => {
  it.each([0, 9] as const)('is read whole, at compression level %i', async (level) => {
    const content = text('Name: demo\n'.repeat(500));
    const zip = wheel({ 'demo-1.dist-info/METADATA': [content, { level }] });
    const member = await readZipMember(bytesReader(zip), isMetadata);
    expect(Buffer.from(member as Uint8Array).equals(content)).toBe(true);
  });

  it('is null where it is not there', async () => {
    expect(await readZipMember(bytesReader(wheel({})), isMetadata)).toBeNull();
  });

  it('may be empty', async () => {
    const zip = wheel({ 'demo-1.dist-info/METADATA': text('') });
    expect(await readZipMember(bytesReader(zip), isMetadata)).toHaveLength(0);
  });

  it('is had by reading the end and the member alone', async () => {
    const noise = new Uint8Array(1_000_000).map((_, at) => (at * 2654435761) >>> 13);
    const zip = wheel({ 'a.bin': [noise, { level: 0 }], 'demo-1.dist-info/METADATA': text('Name: demo') });
    let read = 0;
    const counting: RangeReader = {
      size: zip.length,
      read: (start, length) => {
        read += length;
        return bytesReader(zip).read(start, length);
      },
    };
    expect(Buffer.from((await readZipMember(counting, isMetadata)) as Uint8Array).toString()).toBe(
      'Name: demo',
    );
    expect(read).toBeLessThan(70_000);
  });

  it('rejects with the fault of the reader, not with one of the archive', async () => {
    const reader: RangeReader = { size: 100_000, read: () => Promise.reject(new Error('the line is dead')) };
    await expect(readZipMember(reader, isMetadata)).rejects.toThrow('the line is dead');
  });
});

describe('a zip is refused', () => {
  it.each(['../../etc/passwd', '/etc/passwd', 'C:/windows/x', 'a/../../b', '..\\x'])(
    'for the name %s, though it is not asked for',
    async (name) => {
      const zip = wheel({ 'demo-1.dist-info/METADATA': text('Name: demo'), [name]: text('x') });
      expect(await readZipMember(bytesReader(zip), isMetadata)).toMatchObject({ kind: 'archive-problem' });
    },
  );

  it('for two members of one name', async () => {
    const zip = wheel({ 'a-1.dist-info/METADATA': text('one'), 'b-1.dist-info/METADATA': text('two') });
    const same = patched(zip, 'b-1.dist-info', 'a-1.dist-info');
    expect(await readZipMember(bytesReader(same), isMetadata)).toMatchObject({
      message: 'the archive holds "a-1.dist-info/METADATA" twice',
    });
  });

  it('for two members that are meant', async () => {
    const zip = wheel({ 'a-1.dist-info/METADATA': text('one'), 'b-1.dist-info/METADATA': text('two') });
    expect(await readZipMember(bytesReader(zip), isMetadata)).toMatchObject({
      message: 'the archive holds several: "a-1.dist-info/METADATA", "b-1.dist-info/METADATA"',
    });
  });

  it('for too many entries', async () => {
    const members = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`f${n}`, text('')]));
    const limits = { ...ARCHIVE_LIMITS, maxEntries: 50 };
    expect(await readZipMembers(bytesReader(wheel(members)), () => true, limits)).toMatchObject({
      message: 'the archive has 51 entries',
    });
  });

  it('for a bomb that says what it is', async () => {
    const zip = wheel({ 'demo-1.dist-info/METADATA': new Uint8Array(20_000_000) });
    expect(zip.length).toBeLessThan(50_000);
    expect(await readZipMember(bytesReader(zip), isMetadata)).toMatchObject({
      message: '"demo-1.dist-info/METADATA" in the archive is larger than 16,777,216 bytes',
    });
  });

  it('for a bomb that lies about its size, without unpacking it', async () => {
    const zip = wheel({ 'demo-1.dist-info/METADATA': new Uint8Array(20_000_000) });
    directoryEntry(zip, 'demo-1.dist-info/METADATA').setUint32(24, 10, true);
    expect(await readZipMember(bytesReader(zip), isMetadata)).toMatchObject({
      message: '"demo-1.dist-info/METADATA" in the archive does not have the size that the archive tells',
    });
  });

  it('for more in all than is allowed', async () => {
    const zip = wheel({ a: new Uint8Array(600), b: new Uint8Array(600) });
    const limits = { ...ARCHIVE_LIMITS, maxTotalBytes: 1000 };
    expect(await readZipMembers(bytesReader(zip), () => true, limits)).toMatchObject({
      message: '"b" in the archive is larger than 400 bytes',
    });
  });

  it('for a wrong checksum', async () => {
    const zip = wheel({ 'demo-1.dist-info/METADATA': [text('Name: demo'), { level: 0 }] });
    expect(
      await readZipMember(bytesReader(patched(zip, 'Name: demo', 'Name: evil')), isMetadata),
    ).toMatchObject({
      message: '"demo-1.dist-info/METADATA" in the archive does not match its checksum',
    });
  });

  it('for an encrypted member', async () => {
    const zip = wheel({ 'demo-1.dist-info/METADATA': text('Name: demo') });
    directoryEntry(zip, 'demo-1.dist-info/METADATA').setUint16(8, 1, true);
    expect(await readZipMember(bytesReader(zip), isMetadata)).toMatchObject({
      message: '"demo-1.dist-info/METADATA" in the archive is encrypted',
    });
  });

  it('for what is no zip', async () => {
    expect(await readZipMember(bytesReader(text('hello')), isMetadata)).toMatchObject({
      kind: 'archive-problem',
    });
    expect(await readZipMember(bytesReader(text('')), isMetadata)).toMatchObject({ kind: 'archive-problem' });
  });

  it('whatever bytes are wrong: a member comes as it was packed or not at all', async () => {
    const content = text('Name: demo\nVersion: 1\n'.repeat(20));
    const zip = wheel({ 'demo-1.dist-info/METADATA': content });
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const broken = zip.slice();
        broken[at]! ^= flip;
        const result = await readZipMember(bytesReader(broken), isMetadata);
        if (result instanceof Uint8Array) expect(Buffer.from(result).equals(content)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('when it is cut off anywhere', async () => {
    const zip = wheel({ 'demo-1.dist-info/METADATA': text('Name: demo') });
    for (let end = 0; end < zip.length; end++) {
      expect(await readZipMember(bytesReader(zip.subarray(0, end)), isMetadata)).toMatchObject({
        kind: 'archive-problem',
      });
    }
  });
});
