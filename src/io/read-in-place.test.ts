import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
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

/** What reading one path again and again gives while another process runs a program without end. */
async function seenWhile(program: string, ...given: readonly string[]): Promise<Set<string | null>> {
  const other = spawn(process.execPath, ['-e', program, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => other.once('close', resolve));
  await new Promise((resolve) => other.stdout.once('data', resolve));
  const seen = new Set<string | null>();
  for (let tries = 0; tries < 3000; tries += 1) seen.add(await read('run', 'report.json'));
  other.kill('SIGKILL');
  await ended;
  return seen;
}

/** Puts a link in the place of the folder and the folder back. */
const SWAPPER = `
const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
const [run, aside, secret] = process.argv.slice(1);
process.stdout.write('begun');
for (;;) { renameSync(run, aside); symlinkSync(secret, run); unlinkSync(run); renameSync(aside, run); }
`;

it('never reads what a link leads to while the folder is swapped for one', async () => {
  const seen = await seenWhile(SWAPPER, ...['run', 'aside', 'secret'].map((name) => join(folder, name)));
  expect(seen).toContain('report');
  expect(seen).not.toContain('secret');
});

/** Writes the report aside and renames it over the old one. */
const WRITER = `
const { renameSync, writeFileSync } = require('node:fs');
const [path] = process.argv.slice(1);
process.stdout.write('begun');
for (;;) { writeFileSync(path + '.new', 'report'); renameSync(path + '.new', path); }
`;

it('reads a report that is written anew meanwhile, every time', async () => {
  const seen = await seenWhile(WRITER, join(folder, 'run', 'report.json'));
  expect(seen).toEqual(new Set(['report']));
});
