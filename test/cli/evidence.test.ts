import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandBench } from './loopback-command.ts';
import type { CommandBench } from './loopback-command.ts';

async function runFolder({ folder }: CommandBench): Promise<string> {
  const runs = join('.fettle', 'runs');
  const [run] = await readdir(join(folder, 'service', runs));
  return join(runs, run!);
}

const evidence = (bench: CommandBench, ...args: readonly string[]): ReturnType<CommandBench['run']> =>
  bench.start(['evidence', ...args]).result;

describe('fettle evidence', () => {
  it('finds what fix left intact, record by record within 80 columns, and says that it is unsigned', async () => {
    const bench = await commandBench();
    await bench.run('fix');
    const { code, stdout, stderr } = await evidence(bench, 'verify');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^evidence of run 20\S+ · fettle \d+\.\d+\.\d+ · 20/);
    expect(stdout).toMatch(/\n +\d+ proven +\S[^]*· [^]*UTC\n/);
    expect(stdout).toMatch(/\n +requirements\.txt: as it was\n/);
    expect(stdout).toMatch(/\nunsigned: [^]*\nintact\n$/);
    // An address or a digest is longer than a line, and is not broken.
    const long = stdout.split('\n').filter((line) => line.length > 80 && / \S.* \S/.test(line.slice(12)));
    expect(long).toEqual([]);
    expect(await evidence(bench, 'show')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\n {4}seen: \S/) as string,
    });
  });

  it('tells which record was changed, and which file; exit 1', async () => {
    const bench = await commandBench();
    await bench.run('fix');
    const run = await runFolder(bench);
    const path = join(run, 'attestation.json');
    const text = await readFile(join(bench.folder, 'service', path), 'utf8');
    await bench.write(join('service', path), text.replace('"sequence":2', '"sequence":7'));
    expect(await evidence(bench, 'verify', path)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/\ndoes not hold: [^]*\n {2}record \d: it /) as string,
    });
    await bench.write(join('service', path), text);
    await bench.write('service/requirements.txt', 'core==1.0\n');
    const name = run.split('/').at(-1)!;
    const { code, stdout } = await evidence(bench, 'verify', name, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      path,
      intact: false,
      broken: [{ record: null, why: 'requirements.txt was changed since' }],
    });
  });

  it('is signed with the key that is named, and checked with its public half', async () => {
    const bench = await commandBench();
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await bench.write('own.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await bench.write('own.pub.pem', publicKey.export({ type: 'spki', format: 'pem' }));
    const before = await readFile(join(bench.folder, 'service', 'requirements.txt'), 'utf8');
    expect(await bench.run('fix', '--sign-key', 'requirements.txt')).toMatchObject({ code: 2 });
    expect(await readFile(join(bench.folder, 'service', 'requirements.txt'), 'utf8')).toBe(before);
    await bench.start(['fix', ...bench.flags], { FETTLE_SIGN_KEY_FILE: '../own.pem' }).result;
    expect(await evidence(bench, 'verify', '--key', '../own.pub.pem')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\nsigned by the key [0-9a-f]{16}\nintact\n$/) as string,
    });
    expect((await evidence(bench, 'verify')).stdout).toContain('not checked: give its public key');
  });

  it('refuses what is no evidence; exit 2', async () => {
    const bench = await commandBench();
    for (const args of [
      ['verify'],
      ['verify', 'requirements.txt'],
      ['show', 'nowhere.json'],
      ['verify', '--key', 'x'],
    ])
      expect(await evidence(bench, ...args)).toMatchObject({
        ...{ code: 2, stdout: '' },
        stderr: expect.stringMatching(/^error: /) as string,
      });
  });

  it('is completed with its commands and flags', async () => {
    const bench = await commandBench();
    for (const shell of ['bash', 'fish'])
      expect((await bench.start(['completion', shell]).result).stdout).toMatch(
        /evidence[^]*verify[^]*show|evidence[^]*verify show --key/,
      );
  });
});
