import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { LAYER_LIMITS, walkTarFile } from './tar-file.ts';
import type { TarEntry } from './tar-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-tar-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Member = readonly [Partial<Header> & { readonly name: string }, string | Buffer];

async function tarOf(...members: readonly Member[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of members) archive.entry(header, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

let count = 0;
async function walk(bytes: Uint8Array, limits: Partial<typeof LAYER_LIMITS> = {}) {
  const path = join(folder, `${++count}.tar`);
  writeFileSync(path, bytes);
  const entries: TarEntry[] = [];
  const wanted = (name: string): boolean => name.endsWith('RECORD');
  const problem = await walkTarFile(path, wanted, (entry) => entries.push(entry), {
    ...LAYER_LIMITS,
    ...limits,
  });
  return { entries, problem };
}

describe('a tar on disk', () => {
  it('whose folder claims to have bytes is gone through all the same', async () => {
    const tar = await tarOf([{ name: 'srv/', type: 'directory' }, ''], [{ name: 'a' }, 'text']);
    tar.write('00000004000', 124, 'latin1');
    tar.write('        ', 148, 'latin1');
    const sum = tar.subarray(0, 512).reduce((all, byte) => all + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const { entries, problem } = await walk(tar);
    expect(problem).toBeNull();
    expect(entries.map(({ name }) => name)).toEqual(['srv', 'a']);
  });

  it.each(['plain', 'by gzip'])(
    'is gone through entry by entry, %s, with the bytes that are wanted',
    async (form) => {
      const tar = await tarOf(
        [{ name: './srv/', type: 'directory' }, ''],
        [{ name: 'srv/big' }, Buffer.alloc(70_000)],
        [{ name: 'srv/link', type: 'symlink', linkname: '/etc/passwd' }, ''],
        [{ name: 'srv/same', type: 'link', linkname: 'srv/big' }, ''],
        [{ name: './a.dist-info/RECORD' }, 'a.py,,\n'],
      );
      const { entries, problem } = await walk(form === 'plain' ? tar : gzipSync(tar));
      expect(problem).toBeNull();
      expect(
        entries.map(({ name, kind, size, content }) => [name, kind, size, content?.length ?? null]),
      ).toEqual([
        ['srv', 'directory', 0, null],
        ['srv/big', 'file', 70_000, null],
        ['srv/link', 'link', 0, null],
        ['srv/same', 'hard-link', 0, null],
        ['a.dist-info/RECORD', 'file', 7, 7],
      ]);
    },
  );

  it('is refused for a name that leads out, and for more than the bounds allow', async () => {
    const of = async (...members: readonly Member[]) =>
      (await walk(await tarOf(...members), { maxEntries: 3, maxMemberBytes: 1000 })).problem;
    expect(await of([{ name: '../x' }, 'x'])).toMatchObject({
      message: expect.stringContaining('leads out') as string,
    });
    expect(await of([{ name: 'RECORD' }, Buffer.alloc(2000)])).toMatchObject({
      message: expect.stringContaining('too large') as string,
    });
    expect(await of(...['a', 'b', 'c', 'd'].map((name) => [{ name }, ''] as const))).toMatchObject({
      message: 'the archive has more than 3 entries',
    });
    const bomb = gzipSync(await tarOf([{ name: 'zeros' }, Buffer.alloc(20_000_000)]));
    expect((await walk(bomb, { maxTotalBytes: 1_000_000 })).problem).toMatchObject({
      message: expect.stringContaining('more than 1,000,000 bytes') as string,
    });
  });

  it('that is cut off, or none, is told', async () => {
    const whole = gzipSync(await tarOf([{ name: 'a' }, Buffer.alloc(5000, 'x')]));
    expect((await walk(whole.subarray(0, 20))).problem).not.toBeNull();
    expect((await walk(Buffer.from('(\xb5/\xfd', 'latin1'))).problem).toMatchObject({
      message: 'layers compressed by zstd cannot be read',
    });
  });
});
