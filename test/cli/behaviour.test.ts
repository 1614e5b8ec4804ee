import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { commandBench } from './loopback-command.ts';

const ESCAPE = /\u001b/;

describe('what is printed', () => {
  it('is plain into a pipe, and in colour only where that is forced', async () => {
    const bench = await commandBench();
    for (const command of ['scan', 'plan', 'report'])
      expect((await bench.run(command)).stdout).not.toMatch(ESCAPE);
    const forced = await bench.start(['scan', ...bench.flags], { FORCE_COLOR: '1' }).result;
    expect(forced.stdout).toMatch(ESCAPE);
    const both = await bench.start(['scan', ...bench.flags], { FORCE_COLOR: '1', NO_COLOR: '1' }).result;
    expect(both.stdout).not.toMatch(ESCAPE);
    expect(
      (await bench.start(['scan', '--json', ...bench.flags], { FORCE_COLOR: '1' }).result).stdout,
    ).not.toMatch(ESCAPE);
  });

  it('may be cut off by its reader: no crash, and nothing on standard error', async () => {
    const bench = await commandBench();
    const { child, result } = bench.start(['scan', ...bench.flags]);
    child.stdout!.destroy();
    expect(await result.catch(() => null)).toBeNull();
    const again = bench.start(['scan', '--json', ...bench.flags]);
    const stderr: Buffer[] = [];
    again.child.stderr!.on('data', (chunk: Buffer) => stderr.push(chunk));
    again.child.stdout!.destroy();
    again.result.catch(() => null);
    const [code] = (await once(again.child, 'close')) as [number];
    expect(Buffer.concat(stderr).toString()).toBe('');
    expect(code).toBe(1);
  });

  it('shows an error with its line and a caret, plainly', async () => {
    const bench = await commandBench();
    await bench.write('service/fettle.toml', 'severty = "high"\n');
    const { stderr, code } = await bench.run('scan');
    expect(code).toBe(2);
    expect(stderr).toContain('fettle.toml:1:11');
    expect(stderr).toContain('1 | severty = "high"');
    expect(stderr).toMatch(/\n +\| +\^{6}\n/);
    expect(stderr).not.toMatch(ESCAPE);
  });
});

describe('exit codes', () => {
  it.each<[string, readonly string[], number, RegExp]>([
    ['a command that does not exist', ['nonsense'], 2, /unknown command/],
    ['an option that does not exist', ['scan', '--nonsense'], 2, /unknown option/],
    ['a day that does not exist', ['scan', '--as-of', '2025-02-30'], 2, /YYYY-MM-DD/],
    ['a severity that does not exist', ['scan', '--severity', 'bad'], 2, /critical, high/],
    [
      'an index that is no address',
      ['scan', '--index-url', 'foo'],
      2,
      /--index-url is not an http[^]*requirements file/,
    ],
    ['a folder that does not exist', ['scan', 'nowhere'], 2, /there is no file or folder .*nowhere\n/],
    ['a service that does not exist', ['scan', '--service', 'x'], 2, /there is no service "x"/],
    ['an index that is down', ['scan', '--index-url', 'http://127.0.0.1:1/simple/'], 3, /127\.0\.0\.1:1/],
    ['nothing in the cache', ['scan', '--offline'], 3, /error:/],
  ])('tell %s', async (_, args, code, stderr) => {
    const bench = await commandBench();
    const given = args.includes('--index-url') ? [] : ['--index-url', bench.server.indexUrl];
    const result = await bench.start(args[0] === 'nonsense' ? args : [...args, ...given]).result;
    expect(result.stderr).toMatch(stderr);
    expect(result).toMatchObject({ code, stdout: '' });
  });

  const ERROR = new Ajv2020({ strict: false }).compile(
    JSON.parse(readFileSync(new URL('../../schemas/error-1.json', import.meta.url), 'utf8')) as object,
  );

  it.each<[string, readonly string[], number, string]>([
    [
      'an index that is down',
      ['scan', '--json', '--index-url', 'http://me:secret@127.0.0.1:1/simple/'],
      3,
      'index-unreachable',
    ],
    [
      'the same for a plan',
      ['plan', '--format=json', '--index-url', 'http://127.0.0.1:1/simple/'],
      3,
      'index-unreachable',
    ],
    [
      'the same for a matrix',
      ['matrix', '--json', '--index-url', 'http://127.0.0.1:1/simple/'],
      3,
      'index-unreachable',
    ],
    ['a service that does not exist', ['audit', '--json', '--service', 'x'], 2, 'usage'],
  ])('are a document for a program that asked for JSON: %s', async (_, args, code, name) => {
    const bench = await commandBench();
    const given = args.includes('--index-url') ? [] : ['--index-url', bench.server.indexUrl];
    const result = await bench.start([...args, ...given]).result;
    expect(result.code).toBe(code);
    const document = JSON.parse(result.stdout) as { readonly error: { readonly code: string } };
    expect(ERROR(document), JSON.stringify(ERROR.errors)).toBe(true);
    expect(document).toMatchObject({ schemaVersion: '1', exitCode: code, error: { code: name } });
    expect(result.stderr).toMatch(/^error: /m);
    expect(result.stdout).not.toContain('secret');
  });

  it('leave standard output empty where the JSON was to go into a file', async () => {
    const bench = await commandBench();
    const args = ['scan', '--json', '-o', 'report.json', '--index-url', 'http://127.0.0.1:1/simple/'];
    expect(await bench.start(args).result).toMatchObject({ code: 3, stdout: '' });
  });

  it('are 0 for help and version', async () => {
    const bench = await commandBench();
    expect(await bench.start(['--help']).result).toMatchObject({ code: 0, stderr: '' });
    expect((await bench.start(['--version']).result).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('Ctrl-C while an index is slow', () => {
  it('ends with 130 and a message, and leaves everything as it was', async () => {
    let asked = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (asked = resolve));
    const bench = await commandBench({ misbehave: new Map([['core', () => asked()]]) });
    const path = join(bench.folder, 'service');
    const before = await readFile(join(path, 'requirements.txt'), 'utf8');
    const entries = await readdir(path);
    const { child, result } = bench.start(['fix', ...bench.flags]);
    await waiting;
    child.kill('SIGINT');
    expect(await result).toEqual({
      code: 130,
      signal: null,
      stdout: '',
      stderr: 'note: interrupted: nothing was written\n',
    });
    expect(await readFile(join(path, 'requirements.txt'), 'utf8')).toBe(before);
    expect((await readdir(path)).filter((name) => !name.startsWith('.fettle'))).toEqual(entries);
    await bench.write('service/requirements.txt', 'parse==1.3\n');
    expect(await bench.run('fix')).toMatchObject({ code: 0 });
  });
});

describe('a folder without anything to look after', () => {
  it('is said, with what was looked for', async () => {
    const bench = await commandBench();
    await mkdir(join(bench.folder, 'service', 'empty'));
    expect(await bench.run('scan', 'empty')).toMatchObject({ code: 2, stdout: '' });
  });
});
