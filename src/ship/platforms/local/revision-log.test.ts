import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRevisionLog, removeLog } from './revision-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('keeps the last lines in two files of a bounded size, whatever is printed', async () => {
  const log = openRevisionLog(join(folder, 'shop.log'), {}, 1_000);
  for (let line = 1; line <= 500; line++) log.write(Buffer.from(`line ${line}\n`));
  expect(log.lines(3, {})).toEqual(['line 498', 'line 499', 'line 500']);
  // Right after a turn the lines before it are still there.
  expect(log.lines(60, {})).toHaveLength(60);
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
  );
  expect(sizes).toHaveLength(2);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
  log.close();
  await removeLog(join(folder, 'shop.log'));
  expect(await readdir(folder)).toEqual([]);
});

it('goes on where the one before stopped, and masks what it shows', () => {
  const path = join(folder, 'shop.log');
  const first = openRevisionLog(path, {});
  first.write(Buffer.from('before the restart\n'));
  first.close();
  const second = openRevisionLog(path, {});
  second.write(Buffer.from('the word is velvet-otter\n'));
  expect(second.lines(10, { DB: 'velvet-otter' })).toEqual(['before the restart', 'the word is ***']);
  second.close();
});
