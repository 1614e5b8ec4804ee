import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandBench } from './loopback-command.ts';

describe('an output', () => {
  it.each<[string, readonly string[]]>([
    ['lock', ['lock', '.', '-o', 'requirements.txt']],
    ['lock in JSON', ['lock', '.', '--json', '-o', './requirements.txt']],
    ['report', ['report', '-o', '../service/requirements.txt']],
    ['bundle', ['bundle', 'create', '-o', 'requirements.txt']],
    ['report over the policy', ['report', '-o', 'fettle.toml']],
    ['report through a link', ['report', '-o', 'linked.txt']],
    ['report through a linked folder', ['report', '-o', '../other/Dockerfile']],
    ['report over the advisories', ['report', '-o', '../advisories']],
  ])('is never written over what was read: %s', async (_, args) => {
    const bench = await commandBench();
    await bench.write('service/fettle.toml', 'cooldown = 0\n');
    await symlink('requirements.txt', join(bench.folder, 'service', 'linked.txt'));
    await symlink('service', join(bench.folder, 'other'));
    const read = (): Promise<readonly string[]> =>
      Promise.all(
        ['requirements.txt', 'fettle.toml', 'Dockerfile'].map((name) =>
          readFile(join(bench.folder, 'service', name), 'utf8'),
        ),
      );
    const before = await read();
    const { code, stdout, stderr } = await bench.run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .* is one of the files that were read/);
    expect(await read()).toEqual(before);
  });

  it('may be the file that a locked source is compiled to', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.in', 'core\n');
    expect(await bench.run('lock', 'requirements.in', '-o', 'requirements.txt')).toMatchObject({ code: 0 });
    expect(await readFile(join(bench.folder, 'service', 'requirements.txt'), 'utf8')).toBe('core==2.0\n');
  });
});

describe('a bundle that lacks advisories', () => {
  it('says so, with the source that did not answer; exit 3', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', 'core==2.0\n');
    const { code, stdout, stderr } = await bench.start([
      ...['bundle', 'create', '-o', '../all.fettle'],
      ...['--index-url', bench.server.indexUrl, '--advisories', 'http://127.0.0.1:1/'],
    ]).result;
    expect(stderr).toMatch(
      /^note: the bundle lacks advisories, for http:\/\/127\.0\.0\.1:1\/? did not answer/,
    );
    expect(stdout).toMatch(/^\.\.\/all\.fettle: 1 package, no advisories, /);
    expect(stdout).toMatch(/\nnext: fettle plan --bundle \.\.\/all\.fettle\n$/);
    expect(code).toBe(3);
  });
});
