import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

const run = promisify(execFile);
let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'fettle-code-'));
});
afterEach(async () => {
  await chmod(cache, 0o700);
  await rm(cache, { recursive: true, force: true });
});

/** What `fettle --version` prints, on both streams. */
async function started(folder = cache, words: readonly string[] = ['--version']): Promise<string> {
  const env = { ...process.env, FETTLE_CACHE_DIR: folder };
  const { stdout, stderr } = await run(process.execPath, [inject('command'), ...words], { env });
  return stdout + stderr;
}

/** The one file in which code is kept. */
async function keptFile(): Promise<string> {
  const names = await readdir(join(cache, 'code'));
  expect(names).toHaveLength(1);
  return join(cache, 'code', names[0]!);
}

/** Writes the file with what was done to its bytes after the checksum, with a checksum that is right again. */
async function rewrite(path: string, change: (bytes: Buffer) => void): Promise<Buffer> {
  const bytes = await readFile(path);
  change(bytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  await writeFile(path, bytes);
  return bytes;
}

describe('compiled code that is kept for the next start', () => {
  it('is kept by the first run, for the user alone, and left as it is by the second', async () => {
    const said = await started();
    expect(said).toMatch(/^\d+\.\d+\.\d+\n$/);
    const first = await stat(await keptFile());
    expect(first.mode & 0o777).toBe(0o600);
    expect(await started()).toBe(said);
    expect((await stat(await keptFile())).ino).toBe(first.ino);
  });

  it.each([['--cache-dir', 'PATH'], ['--cache-dir=PATH']])('lies in the folder of %s', async (...words) => {
    const [elsewhere, here] = [join(cache, 'elsewhere'), join(cache, 'here')];
    await started(elsewhere, ['scan', '--help', ...words.map((word) => word.replace('PATH', here))]);
    expect(await readdir(cache)).toEqual(['here']);
    expect(await readdir(join(here, 'code'))).toHaveLength(1);
  });

  it('is not looked at where it is torn, and made anew', async () => {
    const said = await started();
    const file = await keptFile();
    const whole = await readFile(file);
    for (const torn of [whole.subarray(0, whole.length / 2), Buffer.alloc(0), Buffer.alloc(64)]) {
      await writeFile(file, torn);
      expect(await started()).toBe(said);
      expect((await readFile(file)).length).toBeGreaterThan(whole.length / 2);
    }
  });

  it('is refused where V8 did not make it for this program, and made anew', async () => {
    const said = await started();
    const file = await keptFile();
    // V8's own head of each file's code: magic number, versions, length of the source, flags.
    const foreign = await rewrite(file, (bytes) => {
      const from = 8 + bytes.readUInt32LE(4);
      bytes.fill(0x5a, from, from + 16);
    });
    expect(await started()).toBe(said);
    expect((await readFile(file)).equals(foreign)).toBe(false);
  });

  it('is not taken from where others may write, nor through a link', async () => {
    const said = await started();
    const file = await keptFile();
    await chmod(file, 0o666);
    expect(await started()).toBe(said);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const elsewhere = join(cache, 'elsewhere');
    await writeFile(elsewhere, await readFile(file), { mode: 0o600 });
    await rm(file);
    await symlink(elsewhere, file);
    expect(await started()).toBe(said);
    expect((await stat(file)).ino).not.toBe((await stat(elsewhere)).ino);
  });

  it('is done without, in silence, where nothing can be written', async () => {
    const said = await started();
    await rm(join(cache, 'code'), { recursive: true });
    const blocked = join(cache, 'file');
    await writeFile(blocked, '');
    expect(await started(join(blocked, 'below'))).toBe(said);
  });
});
