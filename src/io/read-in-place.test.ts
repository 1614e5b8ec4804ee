import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readInPlace } from './read-in-place.ts';

const MOST = 1000;
let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fettle-')));
  for (const [name, text] of [
    ['run', 'report'],
    ['secret', 'secret'],
  ] as const) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'report.json'), text);
  }
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(...parts: readonly string[]): Promise<string | null> {
  const bytes = await readInPlace(join(folder, ...parts), MOST);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

it('reads what stands there, and nothing by way of a link, in whatever part of the path', async () => {
  await symlink(join(folder, 'secret'), join(folder, 'linked'));
  await symlink(join(folder, 'secret', 'report.json'), join(folder, 'run', 'linked.json'));
  expect(await read('run', 'report.json')).toBe('report');
  expect(await read('linked', 'report.json')).toBeNull();
  expect(await read('run', 'linked.json')).toBeNull();
  expect(await read('run', 'gone.json')).toBeNull();
  expect(await read('gone', 'report.json')).toBeNull();
});

it('refuses folders and what is too large, by the names of what is wrong', async () => {
  await mkdir(join(folder, 'run', 'folder.json'));
  await writeFile(join(folder, 'run', 'large.json'), 'x'.repeat(MOST + 1));
  await expect(read('run', 'folder.json')).rejects.toThrow(/not a regular file/);
  await expect(read('run', 'large.json')).rejects.toThrow(/larger than 1,000 bytes/);
});

/** Puts a link in the place of the folder and the folder back, without end. */
const SWAPPER = `
const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
const [run, aside, secret] = process.argv.slice(1);
process.stdout.write('begun');
for (;;) { renameSync(run, aside); symlinkSync(secret, run); unlinkSync(run); renameSync(aside, run); }
`;

it('never reads what a link leads to while the folder is swapped for one', async () => {
  const paths = ['run', 'aside', 'secret'].map((name) => join(folder, name));
  const swapper = spawn(process.execPath, ['-e', SWAPPER, ...paths], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => swapper.once('close', resolve));
  await new Promise((resolve) => swapper.stdout.once('data', resolve));
  const seen = new Set<string | null>();
  for (let tries = 0; tries < 3000; tries += 1) seen.add(await read('run', 'report.json'));
  swapper.kill('SIGKILL');
  await ended;
  expect(seen).toContain('report');
  expect(seen).not.toContain('secret');
});

it('reads a report that is written anew meanwhile', async () => {
  const path = join(folder, 'run', 'report.json');
  const reading = Array.from({ length: 200 }, () => read('run', 'report.json'));
  for (let n = 0; n < 50; n += 1) {
    await writeFile(`${path}.new`, 'report');
    await rename(`${path}.new`, path);
  }
  expect(new Set(await Promise.all(reading))).toEqual(new Set(['report']));
});
