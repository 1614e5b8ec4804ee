import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';
import { ARCHIVE_LIMITS } from './archive.ts';
import { unpackTar } from './unpack-tar.ts';

let base: string;
let made = 0;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'fettle-unpack-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

type Entry = readonly [header: Partial<Header> & Pick<Header, 'name'>, text?: string];

async function tarOf(entries: readonly Entry[]): Promise<Uint8Array> {
  const tar = pack();
  for (const [header, text] of entries) tar.entry(header, text ?? '');
  tar.finalize();
  return buffer(tar);
}

/** An empty folder in one of its own, beside which something would be seen that climbs out. */
async function emptyFolder(): Promise<string> {
  const folder = join(base, `case-${++made}`, 'in');
  await mkdir(folder, { recursive: true });
  return folder;
}

it.each([false, true])('lays out files, folders and links that stay inside; by gzip: %s', async (isGzip) => {
  const folder = await emptyFolder();
  const tar = await tarOf([
    [{ name: './app/', type: 'directory' }],
    [{ name: 'app/main.py', mode: 0o600 }, 'print(1)\n'],
    [{ name: 'deep/er/run.sh', mode: 0o4755 }, '#!/bin/sh\n'],
    [{ name: 'app/same', type: 'symlink', linkname: '../deep/er/run.sh' }],
  ]);
  expect(await unpackTar(isGzip ? gzipSync(tar) : tar, folder)).toBeNull();
  expect(await readFile(join(folder, 'app/main.py'), 'utf8')).toBe('print(1)\n');
  expect(await readlink(join(folder, 'app/same'))).toBe('../deep/er/run.sh');
  // Who may execute it is kept; that it would run as its owner is not.
  expect((await stat(join(folder, 'deep/er/run.sh'))).mode & 0o7777).toBe(0o755);
});

const climbing: readonly (readonly [string, readonly Entry[], RegExp])[] = [
  ['climbs', [[{ name: '../out' }, 'x']], /leads out/],
  ['climbs from below', [[{ name: 'a/../../out' }, 'x']], /leads out/],
  ['is absolute', [[{ name: '/../out' }, 'x']], /leads out/],
  ['is absolute for Windows', [[{ name: 'C:\\out' }, 'x']], /leads out/],
  ['climbs by backslashes', [[{ name: '..\\out' }, 'x']], /leads out/],
  [
    'goes through a link',
    [[{ name: 'way', type: 'symlink', linkname: '.' }], [{ name: 'way/out' }, 'x']],
    /below what is no folder/,
  ],
  [
    'stands there twice',
    [
      [{ name: 'a' }, 'x'],
      [{ name: 'a' }, 'y'],
    ],
    /twice/,
  ],
  ['is a link to above', [[{ name: 'up', type: 'symlink', linkname: '../out' }]], /link that leads out/],
  [
    'is a link to the root',
    [[{ name: 'up', type: 'symlink', linkname: '/etc/passwd' }]],
    /link that leads out/,
  ],
  ['is a hard link', [[{ name: 'a' }, 'x'], [{ name: 'hard', type: 'link', linkname: 'a' }]], /neither file/],
  ['is a device', [[{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }]], /neither file/],
  ['is a pipe', [[{ name: 'pipe', type: 'fifo' }]], /neither file/],
  ['no file can have', [[{ name: 'x'.repeat(300) }, 'x']], /longer than files here/],
  ['is in a folder that cannot be', [[{ name: `${'x'.repeat(300)}/in` }, 'x']], /longer than files here/],
  [
    'is a link to what no file can be',
    [[{ name: 'way', type: 'symlink', linkname: 'x/'.repeat(3000) }]],
    /longer than/,
  ],
];
it.each(climbing)('refuses an archive with a name that %s', async (_, entries, message) => {
  const folder = await emptyFolder();
  expect(await unpackTar(await tarOf(entries), folder)).toMatchObject({
    kind: 'archive-problem',
    message: expect.stringMatching(message) as string,
  });
  expect(existsSync(join(folder, '..', 'out'))).toBe(false);
  expect(existsSync(join(folder, 'out'))).toBe(false);
});

it.each([
  ['entries', { maxEntries: 2 }, /more than 2 entries/],
  ['bytes in one', { maxMemberBytes: 999 }, /too much/],
  ['bytes in all', { maxTotalBytes: 2_500 }, /too much/],
] as const)('refuses a bomb of too many %s', async (_, limits, message) => {
  const tar = await tarOf(['a', 'b', 'c'].map((name) => [{ name }, 'x'.repeat(1000)]));
  const problem = await unpackTar(gzipSync(tar), await emptyFolder(), { ...ARCHIVE_LIMITS, ...limits });
  expect(problem?.message).toMatch(message);
});

it('tells an archive that is broken off, and one that is none', async () => {
  const whole = gzipSync(await tarOf([[{ name: 'a' }, 'x'.repeat(100_000)]]));
  for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.from('no archive at all'.repeat(100))])
    expect(await unpackTar(bytes, await emptyFolder())).toMatchObject({ kind: 'archive-problem' });
});
