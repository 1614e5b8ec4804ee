import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { ARCHIVE_LIMITS } from './archive.ts';
import { readArchiveMembers, readTarMembers } from './archive-tar.ts';

const everything = (): boolean => true;

async function tarOf(
  ...members: readonly (readonly [Partial<Header> & { readonly name: string }, string | Buffer])[]
): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of members) archive.entry(header, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function asText(members: unknown): Record<string, string> {
  expect(members).toBeInstanceOf(Map);
  return Object.fromEntries(
    [...(members as Map<string, Uint8Array>)].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
  );
}

describe('members of an archive', () => {
  it.each(['.tar.gz', '.tar', '.zip'])('are read from %s, told by its bytes', async (format) => {
    const tar = await tarOf(
      [{ name: 'demo-1/PKG-INFO' }, 'Name: demo'],
      [{ name: 'demo-1/setup.py' }, 'code'],
    );
    const zip = zipSync({
      'demo-1/PKG-INFO': Buffer.from('Name: demo'),
      'demo-1/setup.py': Buffer.from('code'),
    });
    const bytes = format === '.zip' ? zip : format === '.tar' ? tar : gzipSync(tar);
    const members = await readArchiveMembers(bytes, (name) => name.endsWith('/PKG-INFO'));
    expect(asText(members)).toEqual({ 'demo-1/PKG-INFO': 'Name: demo' });
  });

  it('have names without a leading "./", however long', async () => {
    const long = `demo-1/${'deep/'.repeat(60)}file`;
    const tar = await tarOf([{ name: './demo-1/PKG-INFO' }, 'a'], [{ name: long }, 'b']);
    expect(asText(await readTarMembers(gzipSync(tar), everything))).toEqual({
      'demo-1/PKG-INFO': 'a',
      [long]: 'b',
    });
  });

  it('that stand twice are the last one, as unpacking would leave it', async () => {
    const tar = await tarOf([{ name: 'a' }, 'first'], [{ name: 'a' }, 'second']);
    expect(asText(await readTarMembers(tar, everything))).toEqual({ a: 'second' });
  });

  it('are never had through a link', async () => {
    const tar = await tarOf(
      [{ name: 'PKG-INFO', type: 'symlink', linkname: '/etc/passwd' }, ''],
      [{ name: 'hard', type: 'link', linkname: 'x' }, ''],
      [{ name: 'device', type: 'character-device' }, ''],
      [{ name: 'folder/', type: 'directory' }, ''],
      [{ name: 'x' }, 'text'],
    );
    expect(asText(await readTarMembers(tar, everything))).toEqual({ x: 'text' });
  });

  it('named __proto__ change no prototype', async () => {
    const members = await readTarMembers(await tarOf([{ name: '__proto__' }, 'x']), everything);
    expect((members as Map<string, Uint8Array>).get('__proto__')).toEqual(Buffer.from('x'));
  });
});

describe('an archive is refused', () => {
  it.each(['../x', '/etc/passwd', 'a/../../x', '..'])(
    'for the name %s, though it is not asked for',
    async (name) => {
      const tar = await tarOf([{ name: 'PKG-INFO' }, 'Name: demo'], [{ name }, 'x']);
      expect(await readTarMembers(gzipSync(tar), (one) => one === 'PKG-INFO')).toMatchObject({
        message: `the archive holds a name that leads out of it: ${JSON.stringify(name)}`,
      });
    },
  );

  it('for holding more than is allowed, without unpacking the rest', async () => {
    const bomb = gzipSync(await tarOf([{ name: 'zeros' }, Buffer.alloc(30_000_000)]));
    expect(bomb.length).toBeLessThan(50_000);
    const limits = { ...ARCHIVE_LIMITS, maxTotalBytes: 1_000_000 };
    expect(await readTarMembers(bomb, (name) => name === 'PKG-INFO', limits)).toMatchObject({
      message: 'the archive holds more than 1,000,000 bytes',
    });
  });

  it('for a wanted member that is too large', async () => {
    const tar = await tarOf([{ name: 'PKG-INFO' }, Buffer.alloc(2000)]);
    const limits = { ...ARCHIVE_LIMITS, maxMemberBytes: 1000 };
    expect(await readTarMembers(tar, everything, limits)).toMatchObject({
      message: '"PKG-INFO" in the archive is larger than 1,000 bytes',
    });
  });

  it('for too many entries', async () => {
    const tar = await tarOf(...Array.from({ length: 11 }, (_, n) => [{ name: `f${n}` }, ''] as const));
    expect(await readTarMembers(tar, everything, { ...ARCHIVE_LIMITS, maxEntries: 10 })).toMatchObject({
      message: 'the archive has more than 10 entries',
    });
  });

  it.each([
    ['BZh91AY&SY', 'bzip2 archives are not supported'],
    ['\xfd7zXZ\x00', 'xz archives are not supported'],
    ['<html>', 'this is no archive that is known here'],
    ['', 'this is no archive that is known here'],
  ])('when it begins with %j', async (head, message) => {
    expect(await readArchiveMembers(Buffer.from(head, 'latin1'), everything)).toEqual({
      kind: 'archive-problem',
      message,
    });
  });

  it('when it is cut off', async () => {
    const whole = gzipSync(await tarOf([{ name: 'a' }, Buffer.alloc(5000, 'x')], [{ name: 'b' }, 'y']));
    for (const end of [2, 20, whole.length - 9, whole.length - 1]) {
      expect(await readTarMembers(whole.subarray(0, end), everything)).toMatchObject({
        kind: 'archive-problem',
      });
    }
  });

  it('or read, but never thrown at the caller, whatever its bytes are', async () => {
    const whole = gzipSync(await tarOf([{ name: 'a' }, 'text'], [{ name: 'b' }, 'more']));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const broken = Uint8Array.from(whole);
        broken[at]! ^= flip;
        const result = await readArchiveMembers(broken, everything);
        expect(result instanceof Map || 'kind' in result).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
